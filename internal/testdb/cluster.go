package testdb

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
)

// errNoPostgres says what to do; tests never pass without PostgreSQL.
var errNoPostgres = errors.New("PostgreSQL is not installed: apt-get install postgresql," +
	" or name a server in " + envURL)

// watch starts a cluster, says so, and stops and removes it when its input ends:
// the input is a pipe from the test program, which the system closes however
// that program dies. It listens on a socket in its own folder only.
const watch = `
bin=$1 dir=$2
cd "$dir" || exit 1
"$bin/initdb" -D data -U mawid -A trust -E UTF8 --locale=C --no-sync >log 2>&1 || exit 1
printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$dir'" \
  'max_connections = 300' 'shared_buffers = 64MB' 'log_min_messages = fatal' \
  'log_min_error_statement = panic' "$3" >>data/postgresql.conf
"$bin/pg_ctl" -D data -l log -w start >>log 2>&1 && echo ready && cat >/dev/null
"$bin/pg_ctl" -D data -m immediate -w stop >>log 2>&1
rm -rf "$dir"
`

// Settings of a cluster that need not outlive its tests, and of one that
// measures what a real one costs.
const (
	quick   = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\nautovacuum = off"
	durable = "fsync = on\nsynchronous_commit = on"
)

// cluster is a private PostgreSQL that ends with this program.
type cluster struct {
	dir string // data, log and socket
	cmd *exec.Cmd
	// input keeps the cluster alive while it is open.
	input io.Closer
}

// stop ends the cluster and waits until it is gone.
func (c *cluster) stop() error {
	return errors.Join(c.input.Close(), c.cmd.Wait())
}

func startCluster(settings string) (*cluster, error) {
	bin, err := postgresBin()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "mawid-pg-")
	if err != nil {
		return nil, err
	}
	cmd, err := asOrdinaryUser(dir, "sh", "-c", watch, "watch", bin, dir, settings)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	c := &cluster{dir: dir, cmd: cmd}
	if err := c.run(); err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w%s", err, c.failure())
	}
	return c, nil
}

func (c *cluster) run() error {
	cmd := c.cmd
	input, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	c.input = input
	output, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	// A group of its own: an interrupt from the terminal ends the tests, and
	// then their end of the pipe ends the cluster.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	if _, err := bufio.NewReader(output).ReadString('\n'); err != nil {
		return errors.Join(errors.New("it did not become ready"), cmd.Wait())
	}
	return nil
}

// failure gives what is left of the log.
func (c *cluster) failure() string {
	log, err := os.ReadFile(filepath.Join(c.dir, "log"))
	if err != nil || len(log) == 0 {
		return ""
	}
	return "\n" + string(log)
}

// url names a database of the cluster.
func (c *cluster) url(name string) string {
	return "postgres://mawid@/" + name + "?host=" + c.dir + "&sslmode=disable"
}

func postgresBin() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	if err != nil {
		return "", err
	}
	if len(found) > 0 {
		newest := slices.MaxFunc(found, func(a, b string) int { return major(a) - major(b) })
		return filepath.Dir(newest), nil
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		return filepath.Dir(path), nil
	}
	return "", errNoPostgres
}

// major reads the 15 of /usr/lib/postgresql/15/bin/postgres.
func major(path string) int {
	n, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path))))
	if err != nil {
		return 0
	}
	return n
}

// asOrdinaryUser makes a command that owns dir. PostgreSQL refuses to run as
// root, so root hands it to the user "postgres" of the package.
func asOrdinaryUser(dir string, args ...string) (*exec.Cmd, error) {
	if os.Getuid() != 0 {
		return exec.Command(args[0], args[1:]...), nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("tests run as root and PostgreSQL cannot: %w", err)
	}
	uid, _ := strconv.Atoi(u.Uid)
	gid, _ := strconv.Atoi(u.Gid)
	if err := os.Chown(dir, uid, gid); err != nil {
		return nil, err
	}
	return exec.Command("runuser", append([]string{"-u", "postgres", "--"}, args...)...), nil
}
