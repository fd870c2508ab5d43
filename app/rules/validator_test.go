package rules

import (
	"fmt"
	"testing"
)

// Where validator's idea of a form is not ours.
func TestForms(t *testing.T) {
	for _, tc := range []struct {
		value string
		host  bool
		why   string
	}{
		{"mail.example.org", true, ""},
		{"mail", true, "RFC 1123 2.1; fqdn refuses it"},
		{"3com.example", true, "RFC 1123 2.1; hostname (RFC 952) refuses it"},
		{"mail_server", true, "container names; hostname_rfc1123 refuses it"},
		{"192.0.2.1", true, ""},
		{"2001:db8::1", true, ""},
		{"[2001:db8::1]", true, "PHP wants the brackets; ip refuses them"},
		{"[192.0.2.1]", false, "an address literal is for EHLO"},
		{"mail example", false, ""},
		{"mäil.example", false, "xn-- on the wire"},
		{"-mail.example", false, ""},
		{"mail..example", false, ""},
		{"mail.example.", false, "certificates do not match it"},
		{"ssl://mail.example.org", false, ""},
		{"", false, ""},
	} {
		if got := isHost(tc.value); got != tc.host {
			t.Errorf("isHost(%q) is %v: %s", tc.value, got, tc.why)
		}
	}
}

// What Mail_RFC822 of the PEAR in MediaWiki 1.39.17 said of "é" + name + " x"
// as an encoded word before <w@example.org>: refused or not.
func TestUnparsable(t *testing.T) {
	for name, want := range map[string]bool{
		"a": false, `"`: true, `""`: true, "(": true, ")": true, "()": false, ")(": true, "(()": true, "[": true, "[]": true, "]": true,
		"a[b]c": true, ";": true, "@": true, "<": true, ">": true, "<>": true, "<b>": true, ":": false, `\`: false, `\"`: true, `\(`: true,
		`(\)`: true, `("`: true, `(")`: true, "([])": false, "(;)": false, "(@)": false, `"@"`: true, `";"`: true, "[;]": true, "(<)": true,
		"'": false, "!": false, "#": false, "`": false, "{}": false, "|": false, "<(>)": true, "[(]": true, `(\))`: false,
	} {
		if got := unparsable("é" + name + " x"); got != want {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}

// What MediaWiki 1.39.17 did with these names of the wiki (recorded: cases
// sitename-* of the vectors), and 1.43.3 where it differs.
func TestRecordedNames(t *testing.T) {
	for _, tc := range []struct{ release, name, want string }{
		{"1.39.17", "Encyclopédie d'été", ""}, {"1.39.17", "Bob's Wiki", ""}, {"1.39.17", `The "Best" Wiki`, ""}, {"1.39.17", `Back\slash Wiki`, ""},
		{"1.39.17", "Wiki, the", ""}, {"1.39.17", "Wiki (test)", ""}, {"1.39.17", "Wiki v1.0", ""}, {"1.39.17", "Ünïcödé Wiki", ""},
		{"1.39.17", "Café St. Pauli, Hamburg", ""}, {"1.43.3", "Café St. Pauli, Hamburg", nameSplit}, {"1.45.0", "Café St. Pauli, Hamburg", nameSplit},
		{"1.39.17", "Où est-ce? my_wiki", ""}, {"1.39.17", "E=mc2 Wiki", ""}, {"1.39.17", "維基百科", ""},
		{"1.39.17", `Das „beste" Wikiü`, nameRefused}, {"1.39.17", "Büro (intern)", ""}, {"1.39.17", "Büro :-)", nameRefused},
		{"1.39.17", "Büro <Wiki>", nameRefused}, {"1.43.3", "Büro <Wiki>", nameRefused}, {"1.45.0", "Büro <Wiki>", nameRefused},
		{"1.39.17", "Wiki: a; b", ""}, {"1.39.17", `C:\"Wiki"\`, ""}, {"1.39.17", "Jürgen; Müller", nameRefused},
		{"1.39.5", "Müller Wiki.", nameRefused}, {"1.47", `Das „beste" Wikiü`, ""},
	} {
		f := facts(t, "custom "+tc.release)
		if got := nameFault(newView(f), tc.name); got != tc.want {
			t.Errorf("%s %s: got %q, want %q", tc.release, tc.name, got, tc.want)
		}
	}
}

// What the same parser said of addresses: "" is taken. Addresses that only
// PEAR takes are refused here, for servers refuse them.
func TestAddress(t *testing.T) {
	for _, tc := range []struct {
		address string
		ok      bool
	}{
		{"w@example.org", true}, {"w+x@example.org", true}, {"o'b@example.org", true}, {"a/b@example.org", true}, {"w=1@x.org", true},
		{"w@localhost", true}, {"w@x_y.org", true},
		{"w..x@example.org", false}, {"w.@example.org", false}, {".w@example.org", false}, {"w x@example.org", false}, {"@example.org", false},
		{"w@", false}, {"w@example.org.", false}, {"w@example..org", false}, {"a@b@example.org", false}, {"a;b@example.org", false},
		{"a,b@example.org", false}, {"a(b)@example.org", false}, {"<w@example.org>", false}, {"w", false}, {"mailto:w@example.org", false},
		{"w@[192.0.2.1]", false}, {"w@example.org\r\nBcc: x@y.z", false},
	} {
		if got := address(tc.address); (got == "") != tc.ok {
			t.Errorf("%q: %q", tc.address, got)
		}
	}
}

func ExampleAll() {
	for _, r := range All()[:1] {
		fmt.Println(r.ID, r.Severity)
		fmt.Println(r.Message)
	}
	// Output:
	// host-missing error
	// Fill in the name of the mail server{detail}.
}
