// Command mawid is the program: its commands, the wiring of the packages, and
// the one table of periodic work. It knows every package; none knows it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

// The exit codes of contract.md.
const (
	exitDone  = 0
	exitFault = 1
	exitUsage = 2
)

func main() {
	time.Local = time.UTC // no answer may hang on the machine's own zone
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() { // a second signal ends at once: the default handler is back
		<-ctx.Done()
		stop()
	}()
	os.Exit(run(ctx, os.Args[1:], streams{os.Stdout, os.Stderr}))
}

// streams is where a command writes.
type streams struct{ out, err io.Writer }

// errFault is returned by a command that has said itself what is wrong.
var errFault = errors.New("fault")

// run executes one command line and returns the exit code.
func run(ctx context.Context, args []string, io streams) (code int) {
	var cli commands
	exited := false
	parser, err := kong.New(&cli,
		kong.Name("mawid"),
		kong.Description("Mawid (موعد): appointments and queues for public administrations."),
		kong.UsageOnError(),
		kong.Writers(io.out, io.err),
		kong.Exit(func(int) { exited = true }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(io),
	)
	if err != nil {
		fmt.Fprintln(io.err, "mawid:", err)
		return exitFault
	}
	command, err := parser.Parse(helpAsFlag(args))
	if exited { // help was shown
		return exitDone
	}
	if err != nil {
		fmt.Fprintln(io.err, "mawid:", err)
		fmt.Fprintln(io.err, "`mawid help` lists the commands.")
		return exitUsage
	}
	if err := command.Run(&cli); err != nil {
		if !errors.Is(err, errFault) {
			fmt.Fprintln(io.err, "mawid:", err)
		}
		return exitFault
	}
	return exitDone
}

// helpAsFlag turns `help COMMAND` into `COMMAND --help`, and nothing at all
// into `--help`.
func helpAsFlag(args []string) []string {
	if len(args) == 0 {
		return []string{"--help"}
	}
	if args[0] != "help" {
		return args
	}
	return append(append([]string{}, args[1:]...), "--help")
}
