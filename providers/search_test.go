package providers

import (
	"slices"
	"strings"
	"testing"
)

func TestForAddress(t *testing.T) {
	for _, tt := range []struct{ addr, want string }{
		{"you@gmail.com", "gmail"},
		{"You@GoogleMail.COM", "gmail"},
		{"  you@gmx.de. ", "gmx"},
		{"Wiki <you@web.de>", "web-de"},
		{"\"odd@local\"@outlook.com", "outlook-com"},
		{"you@yahoo.co.jp", "yahoo-jp"},
		{"you@yahoo.de", "yahoo"},
		{"you@tuta.com", "tuta"},
		{"wiki@example.org", ""},
		{"gmail.com", ""},
		{"you@", ""},
		{"", ""},
		{"you@notgmail.com", ""},
	} {
		got := ""
		if c, ok := ForAddress(tt.addr); ok {
			got = c.ID
		}
		if got != tt.want {
			t.Errorf("ForAddress(%q) = %q, want %q", tt.addr, got, tt.want)
		}
	}
}

func TestForHost(t *testing.T) {
	for _, tt := range []struct{ host, want string }{
		{"smtp.gmail.com", "gmail"},
		{"ssl://SMTP.gmail.com", "gmail"},
		{"smtp.gmail.com:587", "gmail"},
		{"tls://smtp.gmail.com:465", "gmail"},
		{"smtp-relay.gmail.com.", "google-workspace-relay"},
		{"email-smtp.ap-northeast-3.amazonaws.com", "amazon-ses"},
		{"email-smtp-fips.us-east-1.amazonaws.com", "amazon-ses"},
		{"smtp.eu.mailgun.org", "mailgun"},
		{"smtp-relay.sendinblue.com", "brevo"},
		{"127.0.0.1", "postfix"},
		{"localhost", "postfix"},
		{"gmail.com", ""},
		{"[::1]", ""},
		{"", ""},
		{"mail.example.org", ""},
	} {
		got := ""
		if c, ok := ForHost(tt.host); ok {
			got = c.ID
		}
		if got != tt.want {
			t.Errorf("ForHost(%q) = %q, want %q", tt.host, got, tt.want)
		}
	}
}

// Every host and domain of every carrier leads back to it, or to the one that
// is listed as first among those that share it.
func TestNamesLeadBack(t *testing.T) {
	for _, c := range All() {
		for _, h := range c.Hosts {
			if h.Host == "" || strings.Contains(h.Host, "{") {
				continue
			}
			want := c.ID
			if first, ok := sharedHosts[h.Host]; ok {
				want = first
			}
			if got, ok := ForHost(h.Host); !ok || got.ID != want {
				t.Errorf("ForHost(%q) is not %s", h.Host, want)
			}
			if got := c.RegionFor(h.Host); got != h.Region {
				t.Errorf("%s: RegionFor(%q) = %q, want %q", c.ID, h.Host, got, h.Region)
			}
		}
		for _, d := range c.Domains {
			if got, ok := ForAddress("x@" + d); !ok || got.ID != c.ID {
				t.Errorf("ForAddress of %s is not %s", d, c.ID)
			}
		}
	}
}

func TestSearch(t *testing.T) {
	for _, tt := range []struct {
		query string
		first string // "" for no result at all
	}{
		{"gmail", "gmail"},
		{"GMAIL", "gmail"},
		{"googlemail.com", "gmail"},
		{"you@gmail.com", "gmail"},
		{"google workspace relay", "google-workspace-relay"},
		{"ses", "amazon-ses"},
		{"aws", "amazon-ses"},
		{"eu-central-1", "amazon-ses"},
		{"sendinblue", "brevo"},
		{"hotmail", "outlook-com"},
		{"office 365", "microsoft365"},
		{"outlook", "outlook-com"},
		{"postfix", "postfix"},
		{"postfix tls", "postfix-tls"},
		{"localhost", "postfix"},
		{"sendmail", "sendmail"},
		{"mail()", "php-mail"},
		{"mailcow", "own-server"},
		{"1&1", "ionos"},
		{"1und1", "ionos"},
		{"smtp.sendgrid.net", "sendgrid"},
		{"mailhog", "mailpit"},
		{"网易邮箱", "netease-163"},
		{"яндекс", "yandex"},
		{"wiki@example.org", ""},
		{"qwertyuiop", ""},
		{"gmail qwertyuiop", ""},
		{"@", ""},
	} {
		got := ""
		if found := Search(tt.query); len(found) > 0 {
			got = found[0].ID
		}
		if got != tt.first {
			t.Errorf("Search(%q) begins with %q, want %q", tt.query, got, tt.first)
		}
	}
}

func TestSearchFindsEachByItsName(t *testing.T) {
	for _, e := range Index() {
		for _, q := range append([]string{e.Name, e.ID}, e.Aliases...) {
			if found := SearchIndex(q); !slices.ContainsFunc(found, func(f Entry) bool { return f.ID == e.ID }) {
				t.Errorf("%q does not find %s", q, e.ID)
			}
		}
		if found := SearchIndex(e.Name); found[0].ID != e.ID {
			t.Errorf("the name %q finds %s first, not %s", e.Name, found[0].ID, e.ID)
		}
	}
}

func TestSearchOfNothingIsAll(t *testing.T) {
	for _, q := range []string{"", "  \t"} {
		got, want := Search(q), All()
		if !slices.Equal(got, want) {
			t.Errorf("Search(%q) gives %d carriers, All %d", q, len(got), len(want))
		}
	}
}

func TestByID(t *testing.T) {
	for _, e := range Index() {
		c, ok := ByID(e.ID)
		if !ok || c.ID != e.ID {
			t.Errorf("ByID(%q) = %v, %v", e.ID, c, ok)
		}
		if again, _ := ByID(e.ID); again != c {
			t.Errorf("ByID(%q) decodes twice", e.ID)
		}
	}
	for _, id := range []string{"", "nobody", "../providers", "gmail.json", "GMAIL"} {
		if c, ok := ByID(id); ok {
			t.Errorf("ByID(%q) = %s", id, c.ID)
		}
	}
	if c := Custom(); c.ID != "custom" || c.Kind != KindOwn {
		t.Errorf("Custom() = %+v", c)
	}
}

func FuzzSearch(f *testing.F) {
	for _, s := range []string{"gmail", "a@b", "@", "ssl://x:1", "\x00", "é ", "İ"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, q string) {
		SearchIndex(q)
		ForAddress(q)
		ForHost(q)
		Custom().RegionFor(q)
	})
}

// BenchmarkDecode is what the first ByID of a carrier costs.
func BenchmarkDecode(b *testing.B) {
	data, err := files.ReadFile("amazon-ses.json")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := decode(data); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkByID(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := ByID("zoho-mail"); !ok {
			b.Fatal("not found")
		}
	}
}

func BenchmarkSearch(b *testing.B) {
	for _, q := range []string{"g", "gmail", "google workspace relay", "you@gmx.de"} {
		b.Run(q, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				SearchIndex(q)
			}
		})
	}
}
