package transport_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"wgsmtp/app/transport"
)

// symfony/mailer alone, without MediaWiki (testdata/transcripts/1.47.0.txt).
// Its test server answered "AUTH PLAIN response" with a bare 334.
type symfonyCase struct {
	label    string
	settings string
	caps     []string
	replies  map[string]string // by the beginning of the line sent
	event    transport.Event   // of the connection, where it fails, or of TLS
}

const localhost = "'host' => 'localhost', "

var symfonyCases = []symfonyCase{
	{label: "refused", settings: localhost + "'port' => 21701,", event: transport.Event{Kind: transport.EventConnectFail, Text: "Unable to connect to localhost:21701 (Connection refused)"}},
	{label: "dns", settings: "'host' => 'no-such-host.invalid', 'port' => 21702,", event: transport.Event{Kind: transport.EventConnectFail, Text: "php_network_getaddresses: getaddrinfo for no-such-host.invalid failed: Name or service not known"}},
	{label: "plain->implicit TLS port", settings: localhost + "'port' => 21703,", replies: map[string]string{"": "silent"}},
	{label: "tls=true -> plaintext port", settings: "'host' => 'ssl://localhost', 'port' => 21704,", event: transport.Event{Kind: transport.EventConnectFail, Text: "SSL operation failed with code 1. OpenSSL Error messages:\nerror:0A00010B:SSL routines::wrong version number"}},
	{label: "implicit self-signed", settings: "'host' => 'ssl://localhost', 'port' => 21705,", event: transport.Event{Kind: transport.EventConnectFail, Text: "SSL operation failed with code 1. OpenSSL Error messages:\nerror:0A000086:SSL routines::certificate verify failed"}},
	{label: "STARTTLS self-signed", settings: localhost + "'port' => 21706,", caps: caps("STARTTLS"), event: transport.Event{Kind: transport.EventTLSFail, Text: "stream_socket_enable_crypto(): SSL operation failed with code 1. OpenSSL Error messages:\nerror:0A000086:SSL routines::certificate verify failed"}},
	{label: "STARTTLS name mismatch", settings: localhost + "'port' => 21707,", caps: caps("STARTTLS"), event: transport.Event{Kind: transport.EventTLSFail, Text: "stream_socket_enable_crypto(): Peer certificate subjectAltName did not match expected name `localhost'"}},
	{label: "STARTTLS ok cafile", settings: localhost + "'port' => 21708," + login, caps: caps("STARTTLS", "AUTH PLAIN LOGIN")},
	{label: "auth 535", settings: localhost + "'port' => 21709," + login, caps: caps("AUTH PLAIN LOGIN"), replies: map[string]string{"cA==": "535 5.7.8 Error: authentication failed"}},
	{label: "no AUTH advertised, user set", settings: localhost + "'port' => 21710," + login},
	{label: "AUTH only NTLM", settings: localhost + "'port' => 21711," + login, caps: caps("AUTH NTLM")},
	{label: "no STARTTLS -> plaintext AUTH", settings: localhost + "'port' => 21712," + login, caps: caps("AUTH PLAIN")},
	{label: "no user, STARTTLS offered", settings: localhost + "'port' => 21714,", caps: caps("STARTTLS")},
	{label: "MAIL rejected", settings: localhost + "'port' => 21715," + login, caps: caps("AUTH PLAIN")},
	{label: "RCPT rejected", settings: localhost + "'port' => 21716,", replies: map[string]string{"RCPT": "550 5.7.1 Relay access denied"}},
	{label: "DATA end", settings: localhost + "'port' => 21717," + login, caps: caps("AUTH PLAIN")},
	{label: "EHLO rejected", settings: localhost + "'port' => 21718,", replies: map[string]string{"EHLO": "501 5.5.4 Invalid domain name", "HELO": "501 5.5.4 Invalid domain name"}},
	{label: "greet 421", settings: localhost + "'port' => 21719,", replies: map[string]string{"": "421 4.7.0 Too many connections"}},
}

// Not replayed, because they depend on how MediaWiki will map $wgSMTP:
// "requireTls no STARTTLS" (an option that it may not set) and the two with
// "host=ssl://localhost" (a prefix that it may or may not take off).
const symfonyLeftOut = 3

func TestSymfony(t *testing.T) {
	data, err := os.ReadFile("testdata/transcripts/1.47.0.txt")
	if err != nil {
		t.Fatal(err)
	}
	outcomes, client := symfonyRows(string(data))
	if len(outcomes) != len(symfonyCases)+symfonyLeftOut {
		t.Errorf("%d rows in the transcript, %d in the table", len(outcomes), len(symfonyCases))
	}
	for _, c := range symfonyCases {
		t.Run(c.label, func(t *testing.T) {
			want, ok := outcomes[c.label]
			if !ok {
				t.Fatal("not in the transcript")
			}
			got, lines := c.run(t)
			if got != want {
				t.Errorf("error %q, recorded is %q", got, want)
			}
			if c.label == "STARTTLS ok cafile" && !slices.Equal(lines, client) {
				t.Errorf("lines %q, recorded are %q", lines, client)
			}
		})
	}
}

// symfonyRows reads "label    Class: message " rows; the message may run over
// several lines. client is the one conversation that is written out.
func symfonyRows(text string) (outcomes map[string]string, client []string) {
	const width = 41
	outcomes = map[string]string{}
	label := ""
	for _, line := range strings.Split(text, "\n") {
		if rest, ok := strings.CutPrefix(line, "       C: "); ok {
			client = append(client, rest)
		}
		switch {
		case strings.HasPrefix(line, "    ") || line == "":
		case strings.HasPrefix(line, "error:"):
			outcomes[label] += "\n" + strings.TrimSuffix(line, " ")
		default:
			label = strings.TrimRight(line[:width], " ")
			text := strings.TrimSuffix(line[width:], " ")
			if strings.HasPrefix(text, "Symfony") {
				_, text, _ = strings.Cut(text, ": ")
			} else {
				text = ""
			}
			outcomes[label] = text
		}
	}
	return outcomes, client
}

func (c symfonyCase) run(t *testing.T) (failure string, lines []string) {
	o := stackCase{settings: c.settings}.options(t, "1.47")
	m := transport.New(o, testMail("bounce@example.org"))
	ev := transport.Event{Kind: transport.EventStart}
	reply := func(line string) transport.Event {
		text := "250 ok"
		verb, _, _ := strings.Cut(line, " ")
		switch verb {
		case "":
			text = "220 mail.test ESMTP"
		case "EHLO":
			list := append([]string{"mail.test"}, c.caps...)
			for i, l := range list {
				list[i] = "250-" + l
			}
			list[len(list)-1] = strings.Replace(list[len(list)-1], "-", " ", 1)
			text = strings.Join(list, "\n")
		case "STARTTLS":
			text = "220 2.0.0 Ready to start TLS"
		case "AUTH":
			text = "334 "
			if line == "AUTH LOGIN" {
				text = "334 VXNlcm5hbWU6"
			}
		case "dQ==":
			text = "334 UGFzc3dvcmQ6"
		case "cA==":
			text = "235 ok"
		case "DATA":
			text = "354 go"
		case "QUIT":
			text = "221 bye"
		}
		if r, ok := c.replies[verb]; ok {
			text = r
		}
		if text == "silent" {
			return transport.Event{Kind: transport.EventSilent}
		}
		return transport.Event{Kind: transport.EventReply, Lines: strings.Split(text, "\n")}
	}
	for range 100 {
		a := m.Next(ev)
		switch a.Kind {
		case transport.ActionConnect:
			ev = transport.Event{Kind: transport.EventConnected}
			if c.event.Kind == transport.EventConnectFail {
				ev = c.event
			}
		case transport.ActionRead:
			ev = reply("")
		case transport.ActionSend:
			lines = append(lines, a.Line)
			ev = reply(a.Line)
		case transport.ActionStartTLS:
			ev = transport.Event{Kind: transport.EventTLSUp}
			if c.event.Kind == transport.EventTLSFail {
				ev = c.event
			}
		case transport.ActionData:
			ev = reply("the mail")
		case transport.ActionClose:
			ev = transport.Event{Kind: transport.EventClosed}
		case transport.ActionDone:
			return a.Err, lines
		}
	}
	t.Fatal("does not end")
	return "", nil
}
