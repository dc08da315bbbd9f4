package configs_test

import (
	"strings"
	"testing"

	"mawid/configs"
)

func TestFaultsOfChannels(t *testing.T) { run(t, faultsOfChannels) }

// hallWith gives the office of the small catalogue channels.
func hallWith(name, channels, want string) change {
	const hall = "        hours: [standard, extra]\n        desks: 2\n"
	return change{name, hall, hall + "        channels: {" + channels + "}\n", want}
}

var faultsOfChannels = []change{
	hallWith("good ones", `telephone: {desks: 1, hours: [standard], services: [sale]}, video: {same_desks: true, services: [sale], meeting: "https://meet.example.org/m-{room}"}`, ""),
	hallWith("a number to call", `telephone: {desks: 1, services: [sale], number: "+212524000000"}`, ""),
	hallWith("unknown channel", `fax: {desks: 1, services: [sale]}`, `f:32:20: administrations[0].offices[0].channels.fax: unknown key "fax"; want one of telephone, video`),
	hallWith("no desks", `telephone: {services: [sale]}`, `f:32:31: administrations[0].offices[0].channels.telephone: "desks" is missing`),
	hallWith("both desks", `telephone: {same_desks: true, desks: 1, services: [sale]}`, `f:32:57: administrations[0].offices[0].channels.telephone.desks: same_desks takes the places of who comes; it has no desks of its own`),
	hallWith("video without meeting", `video: {desks: 1, services: [sale]}`, `f:32:27: administrations[0].offices[0].channels.video: "meeting" is missing`),
	hallWith("meeting without room", `video: {desks: 1, services: [sale], meeting: "https://meet.example.org/office"}`, `f:32:65: administrations[0].offices[0].channels.video.meeting: "https://meet.example.org/office" must hold {room} once, behind the host: it becomes what nobody can guess`),
	hallWith("room in the host", `video: {desks: 1, services: [sale], meeting: "https://{room}.example.org/"}`, `f:32:65: administrations[0].offices[0].channels.video.meeting: "https://{room}.example.org/" must hold {room} once, behind the host: it becomes what nobody can guess`),
	hallWith("another mark", `video: {desks: 1, services: [sale], meeting: "https://meet.example.org/{reference}-{room}"}`, `f:32:65: administrations[0].offices[0].channels.video.meeting: "https://meet.example.org/{reference}-{ro…" holds a mark other than {room}`),
	hallWith("meeting in clear", `video: {desks: 1, services: [sale], meeting: "http://meet.example.org/{room}"}`, `f:32:65: administrations[0].offices[0].channels.video.meeting: "http://meet.example.org/{room}": want an address such as https://meet.example.org/mawid-{room}`),
	hallWith("meeting of a script", `video: {desks: 1, services: [sale], meeting: "javascript:alert({room})"}`, `f:32:65: administrations[0].offices[0].channels.video.meeting: "javascript:alert({room})": want an address such as https://meet.example.org/mawid-{room}`),
	hallWith("number of a video", `video: {desks: 1, services: [sale], meeting: "https://meet.example.org/{room}", number: "+212524000000"}`, `f:32:108: administrations[0].offices[0].channels.video.number: belongs to telephone only`),
	hallWith("number that is none", `telephone: {desks: 1, services: [sale], number: "0524 00 00 00"}`, `f:32:68: administrations[0].offices[0].channels.telephone.number: "0524 00 00 00": want a telephone number in the form +212537273727`),
	hallWith("unknown service", `telephone: {desks: 1, services: [sail]}`, `f:32:53: administrations[0].offices[0].channels.telephone.services[0]: "sail" is no service`),
	hallWith("hours that only add", `telephone: {desks: 1, hours: [extra], services: [sale]}`, `f:28:9: administrations[0].offices[0]: the hours template "extra" only adds hours; telephone needs one that stands alone`),
	{"an event", "        kind: event\n", "        kind: event\n        channels: {telephone: {desks: 1, services: [sale]}}\n", `f:35:9: administrations[0].offices[1]: offers "sale" by telephone, which is a service of "hall"` + "\n" +
		`f:38:19: administrations[0].offices[1].channels: an event serves who comes only`},
}

func TestWhatMustBeDoneInPersonHasNoOtherChannel(t *testing.T) {
	row := hallWith("", `telephone: {desks: 1, services: [sale]}`, "")
	data := strings.Replace(strings.Replace(small, row.old, row.new, 1), "legal_steps: request}", "rules: {in_person_only: true}}", 1)
	const want = `f:28:9: administrations[0].offices[0]: offers "sale" by telephone, which must be done in person`
	if got := configs.Format(faultsOf(t, data)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
