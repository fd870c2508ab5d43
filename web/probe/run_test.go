package probe

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"wgsmtp/app/mediawiki"
	"wgsmtp/app/php"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
)

// A test that goes well: the steps in their order, no mail unless asked.
func TestGood(t *testing.T) {
	tests := []struct {
		name, settings string
		server         fakeServer
		send           bool
		want           string
	}{
		{"starttls", smtpSettings("smtp.example.org", 587, login), fakeServer{starttls: "yes", auth: "PLAIN LOGIN"}, false,
			"settings resolve tcp greeting ehlo starttls ehlo auth mail rcpt quit certificate mx spf dmarc dkim delivery"},
		{"implicit", smtpSettings("ssl://smtp.example.org", 465, login), fakeServer{implicit: true, auth: "PLAIN LOGIN"}, false,
			"settings resolve tcp tls greeting ehlo auth mail rcpt quit certificate mx spf dmarc dkim delivery"},
		{"clear", smtpSettings("smtp.example.org", 25, "'auth' => false"), fakeServer{}, false,
			"settings resolve tcp greeting ehlo mail rcpt quit mx spf dmarc dkim delivery"},
		{"sent", smtpSettings("smtp.example.org", 25, "'auth' => false"), fakeServer{}, true,
			"settings resolve tcp greeting ehlo mail rcpt data quit mx spf dmarc dkim delivery"},
		{"pipelining", smtpSettings("smtp.example.org", 25, "'auth' => false, 'pipelining' => true"), fakeServer{}, false,
			"settings resolve tcp greeting ehlo mail rcpt quit mx spf dmarc dkim delivery"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			said := make(chan string, 100)
			tt.server.say = func(line string, _ net.Conn) string { said <- line; return "" }
			p := testProber(tt.server.start(t))
			req := newRequest(t, tt.settings)
			req.Send = tt.send
			list, v := steps(t, p, req)
			if got := ids(list); got != tt.want {
				t.Errorf("steps\n got %s\nwant %s", got, tt.want)
			}
			if !v.OK || v.Error != "" || v.Sent != tt.send || (v.QueueID == "4XyZ123abc") != tt.send {
				t.Errorf("verdict %+v", v)
			}
			for _, s := range list {
				if s.Status == Failed || s.Text == "" || s.MediaWiki == slices.Contains([]string{"certificate", "mx", "spf", "dmarc", "dkim", "delivery"}, s.ID) {
					t.Errorf("step %+v", s)
				}
			}
			close(said)
			data := false
			for line := range said {
				data = data || line == "DATA"
			}
			if data != tt.send {
				t.Errorf("DATA was said: %v", data)
			}
		})
	}
}

// What stands in the way of a test at all.
func TestUnusable(t *testing.T) {
	tests := []struct{ settings, to, want string }{
		{"", "a@b.example", "PHP's mail()"},
		{"$wgSMTP = false;", "a@b.example", "PHP's mail()"},
		{smtpSettings("smtp.example.org", 25, "'auth' => true, 'username' => 'u', 'password' => getenv( 'X' )"), "a@b.example", "The password is read when PHP runs"},
		{"$wgSMTP = [ 'host' => getenv( 'H' ) ];", "a@b.example", "$wgSMTP['host'] is an expression"},
		{smtpSettings("smtp.example.org", 25, ""), "a@b.example\r\nRCPT TO:<x@y>", "one address"},
		{smtpSettings("smtp.example.org", 25, ""), "a@b, c@d", "one address"},
		{smtpSettings("smtp.example.org", 25, ""), "Alice <a@b.example>", "one address"},
		{smtpSettings("smtp.example.org", 25, ""), "@b.example", "one address"},
		{smtpSettings("smtp.example.org", 25, ""), strings.Repeat("a", 250) + "@b.example", "longer than"},
	}
	for _, tt := range tests {
		p := &Prober{Dial: func(context.Context, *net.Dialer, string, string) (net.Conn, error) {
			t.Errorf("%s: a connection is made", tt.settings)
			return nil, context.Canceled
		}}
		req := newRequest(t, tt.settings)
		req.To = tt.to
		list, v := steps(t, p, req)
		if !v.Unusable || v.OK || !strings.Contains(v.Text, tt.want) || ids(list) != "settings" || list[0].Status != Failed {
			t.Errorf("%s %q: %+v", tt.settings, tt.to, v)
		}
	}
}

// A password that the file does not hold is given with the request.
func TestPasswordGiven(t *testing.T) {
	got := make(chan string, 20)
	server := fakeServer{implicit: true, auth: "PLAIN", say: func(line string, _ net.Conn) string { got <- line; return "" }}
	p := testProber(server.start(t))
	req := newRequest(t, smtpSettings("ssl://smtp.example.org", 465, "'auth' => 'PLAIN', 'username' => 'u', 'password' => getenv( 'X' )"))
	req.Password = "given-secret"
	before := req.Settings
	if _, v := steps(t, p, req); !v.OK {
		t.Errorf("%+v", v)
	}
	if v, _ := before.Get("wgSMTP"); func() bool { p, _ := v.Get("password"); return p.Kind != php.Symbolic }() {
		t.Error("the caller's settings were changed")
	}
	close(got)
	found := false
	for line := range got {
		found = found || line == b64("\x00u\x00given-secret")
	}
	if !found {
		t.Error("the password was not used")
	}
}

// The carrier's server for accounts elsewhere is offered where this one does not
// answer, and where it refuses the login; not where it is not known to work.
func TestOtherRegions(t *testing.T) {
	carrier := &providers.Carrier{ID: "two", Name: "Two", Hosts: []providers.Host{
		{Region: "us", Label: "United States", Host: "smtp.example.org"}, {Region: "eu", Label: "Europe", Host: "eu.example.net"},
	}}
	refuses := fakeServer{implicit: true, auth: "LOGIN", say: func(line string, _ net.Conn) string {
		if line == b64("s3cret-marker") {
			return "535 no\r\n"
		}
		return ""
	}}
	works := fakeServer{implicit: true, auth: "LOGIN"}
	europe := []wgsmtp.Change{{Field: "region", Value: "eu"}, {Field: "host", Value: "eu.example.net"}}
	for _, tt := range []struct {
		name string
		at   map[string]*fakeServer // by address
		want []wgsmtp.Change
	}{
		{"the login is refused", map[string]*fakeServer{"192.0.2.1": &refuses, "192.0.2.2": &works}, europe},
		{"no answer", map[string]*fakeServer{"192.0.2.2": &works}, europe},
		{"no answer anywhere", nil, nil},
		{"the login is refused, no answer elsewhere", map[string]*fakeServer{"192.0.2.1": &refuses}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			addresses := map[string]string{}
			for at, s := range tt.at {
				addresses[at] = s.start(t)
			}
			p := testProber("")
			p.Resolver = namedDNS{names: map[string]string{"smtp.example.org": "192.0.2.1", "eu.example.net": "192.0.2.2"}}
			p.Dial = func(ctx context.Context, d *net.Dialer, network, address string) (net.Conn, error) {
				host, port, _ := net.SplitHostPort(address)
				if a := addresses[host]; a != "" && port == "465" {
					return d.DialContext(ctx, network, a)
				}
				return d.DialContext(ctx, network, closedPort())
			}
			req := newRequest(t, smtpSettings("ssl://smtp.example.org", 465, login))
			req.Carrier = carrier
			list, v := steps(t, p, req)
			var got []wgsmtp.Change
			if len(v.Offers) > 0 {
				got = v.Offers[0].WGSMTP()
			}
			if v.OK || !slices.Equal(got, tt.want) {
				t.Errorf("got %+v, want %v; verdict %+v", v.Offers, tt.want, v)
			}
			if s := step(list, "alternatives"); s == nil || s.MediaWiki || !slices.ContainsFunc(s.Facts, func(f Fact) bool { return f.Name == "eu.example.net" }) {
				t.Errorf("the look is not told: %+v", s)
			}
		})
	}
}

// namedDNS knows some names.
type namedDNS struct {
	fakeDNS
	names map[string]string
}

func (d namedDNS) LookupNetIP(_ context.Context, _, host string) ([]netip.Addr, error) {
	if a := d.names[host]; a != "" {
		return []netip.Addr{netip.MustParseAddr(a)}, nil
	}
	return nil, &net.DNSError{IsNotFound: true}
}

func (d namedDNS) LookupIPAddr(_ context.Context, host string) ([]net.IPAddr, error) {
	if a := d.names[host]; a != "" {
		return []net.IPAddr{{IP: net.ParseIP(a)}}, nil
	}
	return nil, &net.DNSError{IsNotFound: true}
}

// What else works is offered, and an offer that is taken works.
func TestOffers(t *testing.T) {
	starttls := fakeServer{starttls: "yes", auth: "PLAIN LOGIN"}
	implicit := fakeServer{implicit: true, auth: "PLAIN LOGIN"}
	fqdn := fakeServer{say: func(line string, _ net.Conn) string {
		if line == "EHLO localhost" || line == "HELO localhost" {
			return "501 5.5.4 Helo command rejected: invalid name\r\n"
		}
		return ""
	}}
	wrongName := fakeServer{implicit: true, cert: "wrong-name", auth: "PLAIN LOGIN"}
	tests := []struct {
		name, settings string
		ports          map[int]fakeServer
		want           []wgsmtp.Change
	}{
		{"465 is closed, 587 works", smtpSettings("ssl://smtp.example.org", 465, login), map[int]fakeServer{587: starttls},
			[]wgsmtp.Change{{Field: "port", Value: "587"}, {Field: "tls", Value: "starttls"}}},
		{"ssl:// on 587", smtpSettings("ssl://smtp.example.org", 587, login), map[int]fakeServer{587: starttls},
			[]wgsmtp.Change{{Field: "port", Value: "587"}, {Field: "tls", Value: "starttls"}}},
		{"465 without ssl://", smtpSettings("smtp.example.org", 465, login), map[int]fakeServer{465: implicit},
			[]wgsmtp.Change{{Field: "port", Value: "465"}, {Field: "tls", Value: "implicit"}}},
		{"EHLO name", smtpSettings("smtp.example.org", 25, "'auth' => false"), map[int]fakeServer{25: fqdn},
			[]wgsmtp.Change{{Field: "ehlo-name", Value: "wiki.example.org"}}},
		{"name of the certificate", smtpSettings("ssl://smtp.example.org", 465, login), map[int]fakeServer{465: wrongName},
			[]wgsmtp.Change{{Field: "host", Value: "mx1.hosting.example.com"}}},
		{"mechanism", smtpSettings("ssl://smtp.example.org", 465, "'auth' => 'CRAM-MD5', 'username' => 'u', 'password' => 'p'"), map[int]fakeServer{465: implicit},
			[]wgsmtp.Change{{Field: "auth", Value: "auto"}}},
		{"mechanism that the server has and MediaWiki lacks", smtpSettings("ssl://smtp.example.org", 465, "'auth' => 'CRAM-MD5', 'username' => 'u', 'password' => 'p'"), map[int]fakeServer{465: {implicit: true, auth: "CRAM-MD5 LOGIN"}},
			[]wgsmtp.Change{{Field: "auth", Value: "auto"}}},
		{"nothing", smtpSettings("ssl://smtp.example.org", 465, login), map[int]fakeServer{}, nil},
		{"a wrong password is no reason to look around", smtpSettings("ssl://smtp.example.org", 465, login),
			map[int]fakeServer{587: starttls, 465: {implicit: true, auth: "PLAIN LOGIN", say: func(line string, _ net.Conn) string {
				if line == b64("s3cret-marker") {
					return "535 no\r\n"
				}
				return ""
			}}}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			at := map[string]string{}
			for port, s := range tt.ports {
				at[php.I(int64(port)).ToString()] = s.start(t)
			}
			p := testProber("")
			p.Dial = func(ctx context.Context, d *net.Dialer, network, address string) (net.Conn, error) {
				_, port, _ := net.SplitHostPort(address)
				if a := at[port]; a != "" {
					return d.DialContext(ctx, network, a)
				}
				return d.DialContext(ctx, network, closedPort())
			}
			req := newRequest(t, tt.settings)
			_, v := steps(t, p, req)
			if v.OK {
				t.Fatal("it works as it is")
			}
			var got []wgsmtp.Change
			if len(v.Offers) > 0 {
				got = v.Offers[0].WGSMTP()
			}
			if !slices.Equal(got, tt.want) {
				t.Fatalf("got %+v, want %v; verdict %+v", v.Offers, tt.want, v)
			}
		})
	}
}

// A login that works, but can be read on the way: the encrypted way is offered.
func TestOfferEncryption(t *testing.T) {
	clear, implicit := fakeServer{auth: "LOGIN"}.start(t), fakeServer{implicit: true, auth: "LOGIN"}.start(t)
	p := testProber("")
	p.Resolver = fakeDNS{addrs: map[string][]string{"smtp.example.org": {"192.0.2.1"}}}
	p.Dial = func(ctx context.Context, _ *net.Dialer, network, address string) (net.Conn, error) {
		d := &net.Dialer{}
		switch {
		case strings.HasSuffix(address, ":25"):
			return d.DialContext(ctx, network, clear)
		case strings.HasSuffix(address, ":465"):
			return d.DialContext(ctx, network, implicit)
		}
		return d.DialContext(ctx, network, closedPort())
	}
	list, v := steps(t, p, newRequest(t, smtpSettings("smtp.example.org", 25, login)))
	if !v.OK || len(v.Offers) != 1 || !slices.Equal(v.Offers[0].WGSMTP(), []wgsmtp.Change{{Field: "port", Value: "465"}, {Field: "tls", Value: "implicit"}}) {
		t.Errorf("%+v", v)
	}
	if s := step(list, "auth"); s.Status != Warning || !strings.Contains(s.Text, "open line") {
		t.Errorf("%+v", s)
	}
}

// Several addresses: the order is kept, those that do not answer are told.
func TestAddresses(t *testing.T) {
	open := fakeServer{}.start(t)
	p := testProber(open)
	p.Resolver = fakeDNS{addrs: map[string][]string{"smtp.example.org": {"127.0.0.2", "127.0.0.3", "127.0.0.4"}}}
	p.Dial = func(ctx context.Context, d *net.Dialer, network, address string) (net.Conn, error) {
		if strings.HasPrefix(address, "127.0.0.3:") {
			return d.DialContext(ctx, network, open)
		}
		return d.DialContext(ctx, network, closedPort())
	}
	list, v := steps(t, p, newRequest(t, smtpSettings("smtp.example.org", 25, "'auth' => false")))
	if !v.OK || v.Warnings < 2 {
		t.Errorf("verdict %+v", v)
	}
	if s := step(list, "tcp"); s.Status != Warning || !strings.Contains(s.Text, "Only the second address does") {
		t.Errorf("tcp: %+v", s)
	}
	if s := step(list, "addresses"); s == nil || s.Status != Warning || !strings.Contains(s.Facts[0].Value, "127.0.0.4:25: connection refused") {
		t.Errorf("addresses: %+v", s)
	}
	if s := step(list, "resolve"); len(s.Facts) != 3 || s.Facts[0].Value != "127.0.0.2" {
		t.Errorf("resolve: %+v", s)
	}
}

// DNS: what is there, against what the carrier wants.
func TestFacts(t *testing.T) {
	mailgun, ok := providers.ByID("mailgun")
	if !ok {
		t.Fatal("no mailgun")
	}
	good := fakeDNS{
		addrs: map[string][]string{"smtp.mailgun.org": {"127.0.0.1"}},
		txt: map[string][]string{
			"example.org":        {"v=spf1 include:mailgun.org ~all", "something else"},
			"_dmarc.example.org": {"v=DMARC1; p=reject"},
		},
		mx: map[string][]*net.MX{"example.org": {{Host: "mx.example.org.", Pref: 10}}},
	}
	tests := []struct {
		name   string
		dns    fakeDNS
		status map[string]Status
		words  map[string]string
	}{
		{"good", good, map[string]Status{"mx": Info, "spf": Info, "dmarc": Info, "delivery": OK},
			map[string]string{"spf": "names Mailgun", "dmarc": "is refused"}},
		{"nothing there", fakeDNS{addrs: good.addrs}, map[string]Status{"mx": Warning, "spf": Warning, "dmarc": Warning},
			map[string]string{"mx": "neither MX nor address", "spf": "no SPF record", "dmarc": "no DMARC record"}},
		{"two records", fakeDNS{addrs: good.addrs, txt: map[string][]string{"example.org": {"v=spf1 -all", "V=SPF1 ~all"}}}, map[string]Status{"spf": Warning},
			map[string]string{"spf": "more than one"}},
		{"another carrier", fakeDNS{addrs: good.addrs, txt: map[string][]string{"example.org": {"v=spf1 include:other.example -all"}}}, map[string]Status{"spf": Warning},
			map[string]string{"spf": "include:mailgun.org is missing"}},
		{"no mail", fakeDNS{addrs: good.addrs, mx: map[string][]*net.MX{"example.org": {{Host: ".", Pref: 0}}}}, map[string]Status{"mx": Warning},
			map[string]string{"mx": "takes no mail"}},
		{"faulty policy", fakeDNS{addrs: good.addrs, txt: map[string][]string{"_dmarc.example.org": {"v=DMARC1; p=sometimes"}}}, map[string]Status{"dmarc": Warning},
			map[string]string{"dmarc": "faulty"}},
	}
	address := fakeServer{implicit: true, auth: "PLAIN LOGIN"}.start(t)
	for _, tt := range tests {
		p := testProber(address)
		p.Resolver = tt.dns
		req := newRequest(t, smtpSettings("ssl://smtp.mailgun.org", 465, login+", 'socket_options' => [ 'ssl' => [ 'verify_peer_name' => false ] ]"))
		req.Carrier = mailgun
		list, v := steps(t, p, req)
		if !v.OK {
			t.Errorf("%s: %+v", tt.name, v)
		}
		for id, want := range tt.status {
			if s := step(list, id); s == nil || s.Status != want || !strings.Contains(s.Text, tt.words[id]) {
				t.Errorf("%s, %s: got %+v, want %s, %q", tt.name, id, s, want, tt.words[id])
			}
		}
	}
}

// A server of one's own: SPF is worked out for its address, and its name must
// lead back.
func TestOwnServer(t *testing.T) {
	good := fakeDNS{
		addrs: map[string][]string{"smtp.example.org": {"8.8.8.8"}, "wiki.example.org": {"8.8.4.4"}},
		txt:   map[string][]string{"example.org": {"v=spf1 ip4:8.8.8.8 -all"}, "_dmarc.example.org": {"v=DMARC1; p=none"}},
		mx:    map[string][]*net.MX{"example.org": {{Host: "smtp.example.org.", Pref: 10}}},
		ptr:   map[string][]string{"8.8.8.8": {"smtp.example.org."}},
	}
	bad := good
	bad.txt = map[string][]string{"example.org": {"v=spf1 ip4:9.9.9.9 -all"}}
	bad.ptr = map[string][]string{"8.8.8.8": {"host-8.example.com."}}
	nameless := good
	nameless.ptr = nil
	address := fakeServer{}.start(t)
	for _, tt := range []struct {
		name          string
		dns           fakeDNS
		ptr, delivery Status
		words         string // of ptr
	}{
		{"good", good, Info, OK, "fit together"},
		{"bad", bad, Warning, Info, "does not lead back"},
		{"no name", nameless, Warning, OK, "has no name"},
	} {
		p := testProber(address)
		p.Resolver = tt.dns
		p.Dial = func(ctx context.Context, _ *net.Dialer, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, address)
		}
		list, v := steps(t, p, newRequest(t, smtpSettings("smtp.example.org", 25, "'auth' => false, 'localhost' => 'wiki.example.org'")))
		if !v.OK {
			t.Errorf("%s: %+v", tt.name, v)
		}
		if s := step(list, "ptr"); s == nil || s.Status != tt.ptr || !strings.Contains(s.Text, tt.words) {
			t.Errorf("%s: %+v", tt.name, s)
		}
		if s := step(list, "delivery"); s == nil || s.Status != tt.delivery {
			t.Errorf("%s: %+v", tt.name, s)
		}
	}
}

// The keys of a carrier whose selectors are the same for everybody.
func TestKeys(t *testing.T) {
	sendgrid, ok := providers.ByID("sendgrid")
	if !ok || sendgrid.DNS.Selector == "" {
		t.Fatal("no selector")
	}
	selector, _, _ := strings.Cut(sendgrid.DNS.Selector, ", ")
	address := fakeServer{implicit: true, auth: "PLAIN LOGIN"}.start(t)
	for key, want := range map[string]struct {
		status Status
		words  string
	}{
		"v=DKIM1; k=rsa; p=MIGf": {Info, "is published"},
		"v=DKIM1; p=":            {Warning, "No key"},
		"":                       {Warning, "No key"},
	} {
		p := testProber(address)
		dns := fakeDNS{txt: map[string][]string{}}
		if key != "" {
			dns.txt[selector+"._domainkey.example.org"] = []string{key}
		}
		p.Resolver = dns
		req := newRequest(t, smtpSettings("ssl://smtp.example.org", 465, login))
		req.Carrier = sendgrid
		list, _ := steps(t, p, req)
		if s := step(list, "dkim"); s == nil || s.Status != want.status || !strings.Contains(s.Text, want.words) {
			t.Errorf("%q: %+v", key, s)
		}
	}
}

// When the caller goes, the test ends at once, wherever it is.
func TestCancelled(t *testing.T) {
	for _, at := range []string{"(greeting)", "EHLO localhost", "(tls)", "MAIL FROM:<wiki@example.org>"} {
		ctx, cancel := context.WithCancel(t.Context())
		release := make(chan bool)
		server := fakeServer{starttls: "yes", auth: "LOGIN", say: func(line string, _ net.Conn) string {
			if line == at {
				cancel()
				<-release
			}
			return ""
		}}
		p := testProber(server.start(t))
		p.Limits.Reply, p.Limits.TLS = 5*time.Second, 5*time.Second
		begin := time.Now()
		v := p.Run(ctx, newRequest(t, smtpSettings("smtp.example.org", 587, login)), func(Step) {})
		if took := time.Since(begin); took > 2*time.Second || !v.Stopped || v.OK {
			t.Errorf("%s: %v, %+v", at, took, v)
		}
		close(release)
		cancel()
	}
}

// 1.47 says it in symfony's words.
func TestSymfony(t *testing.T) {
	closed := testProber(closedPort())
	selfSigned := testProber(fakeServer{implicit: true, cert: "self-signed"}.start(t))
	clear := testProber(fakeServer{}.start(t))
	wrongName := testProber(fakeServer{starttls: "yes", auth: "LOGIN", cert: "wrong-name"}.start(t))
	tests := []struct {
		name, settings string
		p              *Prober
		want           string
	}{
		{"refused", smtpSettings("localhost", 587, login), closed, `Connection could not be established with host "localhost:587": stream_socket_client(): Unable to connect to localhost:587 (Connection refused)`},
		{"no such name", smtpSettings("no-such-host.invalid", 587, login), closed, `Connection could not be established with host "no-such-host.invalid:587": stream_socket_client(): php_network_getaddresses: getaddrinfo for no-such-host.invalid failed: Name or service not known`},
		{"TLS on a clear port", smtpSettings("ssl://localhost", 587, login), clear, "Connection could not be established with host \"ssl://localhost:587\": stream_socket_client(): SSL operation failed with code 1. OpenSSL Error messages:\nerror:0A00010B:SSL routines::wrong version number"},
		{"self-signed", smtpSettings("ssl://localhost", 465, login), selfSigned, "Connection could not be established with host \"ssl://localhost:465\": stream_socket_client(): SSL operation failed with code 1. OpenSSL Error messages:\nerror:0A000086:SSL routines::certificate verify failed"},
		{"STARTTLS, wrong name", smtpSettings("localhost", 587, login), wrongName, "Unable to connect with STARTTLS: stream_socket_enable_crypto(): Peer certificate subjectAltName did not match expected name `localhost'"},
	}
	for _, tt := range tests {
		req := newRequest(t, tt.settings)
		r, err := mediawiki.Lookup("1.47")
		if err != nil {
			t.Fatal(err)
		}
		req.Release = r
		if _, v := steps(t, tt.p, req); v.Error != tt.want {
			t.Errorf("%s:\n got %q\nwant %q", tt.name, v.Error, tt.want)
		}
	}
}
