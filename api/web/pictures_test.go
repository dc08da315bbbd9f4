package web_test

import (
	"bytes"
	"cmp"
	"flag"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"mawid/internal/browsertest"
	"mawid/scheduler"
)

var pictures = flag.String("pictures", "", "the folder to draw the README's pictures into, as make pictures does")

// What a picture may weigh, in bytes, and how much of a page it shows, in CSS
// pixels.
const (
	pictureBudget = 150_000
	phoneHeight   = 1000
	margin        = 24
)

// TestThePicturesInABrowser draws the pictures of the README: the main pages on a phone, in
// Arabic and in French side by side, and some on a desk. They are drawn from the
// sample on a clock that stands still, so they change only when pages do.
func TestThePicturesInABrowser(t *testing.T) {
	dir := cmp.Or(*pictures, t.TempDir())
	h := oneHouse(t)
	b := browsertest.Start(t)
	arabic, french := b.Tab(t, browsertest.Phone, false), b.Tab(t, browsertest.Phone, false)
	desk := b.Tab(t, browsertest.Desktop, false)
	booked := h.bookOne("narsa-immat", "narsa-safi", "2027-08-11 09:30", scheduler.Citizen{Name: "Amina Benali", Email: "amina@example.org", Zone: "Europe/Paris"})
	held := strings.TrimPrefix(holdForm(h).url.Path, "/fr")
	readme, err := os.ReadFile("../../README.md")
	h.must(err)
	save := func(name string, drawn []byte) {
		if len(drawn) > pictureBudget {
			t.Errorf("%s weighs %d bytes", name, len(drawn))
		}
		h.must(os.WriteFile(filepath.Join(dir, name), drawn, 0o644))
		if _, err := os.Stat(filepath.Join("../../docs/pictures", name)); err != nil || !bytes.Contains(readme, []byte("docs/pictures/"+name)) {
			t.Errorf("%s is not in the README, or not drawn: make pictures", name)
		}
	}
	for name, place := range map[string]string{
		"home": "/", "search": "/?q=voiture", "service": "/services/adii-abatt90", "days": "/services/dgi-th-tsc/dgi-safi?month=2027-08",
		"times": "/services/dgi-th-tsc/dgi-safi/2027-08-10?zone=Europe%2FParis", "form": held,
		"confirmation": "/a/" + booked.ManageToken + "?new=1", "slip": "/a/" + booked.ManageToken + "/slip",
	} {
		arabic.Open(h.server.URL + "/ar" + place)
		french.Open(h.server.URL + "/fr" + place)
		save(name+".png", sideBySide(t, arabic.Picture(), french.Picture()))
		if name == "home" || name == "days" || name == "confirmation" {
			desk.Open(h.server.URL + "/fr" + place)
			save(name+"-desktop.png", sideBySide(t, desk.Picture()))
		}
	}
	roomPictures(t, b, save)
}

// roomPictures draws the screens of a busy waiting room.
func roomPictures(t *testing.T, b *browsertest.Browser, save func(name string, drawn []byte)) {
	h := oneHouse(t)
	waits := busyRoom(h)
	agent, chief, tv := b.Tab(t, laptop, true), b.Tab(t, laptop, true), b.Tab(t, television, false)
	h.signInTab(agent, "agent")
	h.signInTab(chief, "chef")
	for tab, screen := range map[*browsertest.Tab][2]string{agent: {"room-desk", "/fr/desk"}, chief: {"room-supervisor", "/fr/desk/room/dgi-safi"}, tv: {"room-board", "/ar/board/dgi-safi"}} {
		tab.Open(h.server.URL + screen[1])
		save(screen[0]+".png", sideBySide(t, tab.Picture()))
	}
	phones := [2]*browsertest.Tab{b.Tab(t, browsertest.Phone, false), b.Tab(t, browsertest.Phone, false)}
	for i, lang := range []string{"/ar", "/fr"} {
		phones[i].Open(h.server.URL + lang + "/t/" + waits.ID)
	}
	save("room-ticket.png", sideBySide(t, phones[0].Picture(), phones[1].Picture()))
	kiosk := b.Tab(t, laptop, true)
	h.signInTab(kiosk, "agent")
	kiosk.Open(h.server.URL + "/fr/desk/kiosk")
	kiosk.Click("Ouvrir la borne")
	save("room-kiosk.png", sideBySide(t, kiosk.Picture()))
}

// sideBySide puts pages beside one another, the upper part of each.
func sideBySide(t *testing.T, pages ...[]byte) []byte {
	t.Helper()
	var shots []image.Image
	width, height := margin, 0
	for _, p := range pages {
		shot, err := png.Decode(bytes.NewReader(p))
		if err != nil {
			t.Fatal(err)
		}
		shots = append(shots, shot)
		width += shot.Bounds().Dx() + margin
		height = max(height, min(shot.Bounds().Dy(), phoneHeight))
	}
	sheet := image.NewRGBA(image.Rect(0, 0, width, height+2*margin))
	draw.Draw(sheet, sheet.Bounds(), image.NewUniform(color.RGBA{0xd9, 0xd5, 0xcb, 0xff}), image.Point{}, draw.Src)
	left := margin
	for _, shot := range shots {
		place := image.Rect(left, margin, left+shot.Bounds().Dx(), margin+min(shot.Bounds().Dy(), phoneHeight))
		draw.Draw(sheet, place, shot, shot.Bounds().Min, draw.Src)
		left = place.Max.X + margin
	}
	return small(t, sheet)
}

// small writes a picture with its 256 most frequent colours; pages have few, and
// the others are shades at the edges of letters.
func small(t *testing.T, sheet *image.RGBA) []byte {
	t.Helper()
	count := map[color.RGBA]int{}
	for i := 0; i < len(sheet.Pix); i += 4 {
		count[color.RGBA{sheet.Pix[i] &^ 7, sheet.Pix[i+1] &^ 7, sheet.Pix[i+2] &^ 7, 0xff}]++
	}
	often := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(count[b]-count[a], cmp.Compare(int(a.R)<<16|int(a.G)<<8|int(a.B), int(b.R)<<16|int(b.G)<<8|int(b.B)))
	})
	exact := map[color.RGBA]color.RGBA{} // a colour of each group as it is on the page
	for i := 0; i < len(sheet.Pix); i += 4 {
		c := color.RGBA{sheet.Pix[i], sheet.Pix[i+1], sheet.Pix[i+2], 0xff}
		if key := (color.RGBA{c.R &^ 7, c.G &^ 7, c.B &^ 7, 0xff}); exact[key].A == 0 {
			exact[key] = c
		}
	}
	var palette color.Palette
	for _, c := range often[:min(len(often), 256)] {
		palette = append(palette, exact[c])
	}
	out := image.NewPaletted(sheet.Bounds(), palette)
	known := map[color.RGBA]uint8{}
	for i := 0; i < len(sheet.Pix); i += 4 {
		c := color.RGBA{sheet.Pix[i], sheet.Pix[i+1], sheet.Pix[i+2], 0xff}
		index, ok := known[c]
		if !ok {
			index = uint8(palette.Index(c))
			known[c] = index
		}
		out.Pix[i/4] = index
	}
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&b, out); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
