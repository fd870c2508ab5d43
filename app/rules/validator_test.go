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
	// Fill in the mail server of {carrier}{detail}.
}
