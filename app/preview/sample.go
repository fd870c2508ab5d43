// Samples: people, words and varying parts for a preview that nobody has
// filled in yet.

package preview

import (
	"fmt"
	"hash/fnv"
	"time"

	"wgsmtp/app/wgsmtp"
)

// Sample is a set of inputs for a kind of mail, to be edited.
func Sample(kind wgsmtp.MailKind) Inputs {
	alice := Person{Name: "Alice", Email: "alice@example.net"}
	bob := Person{Name: "Bob", Email: "bob@example.com"}
	switch kind {
	case wgsmtp.MailUser:
		return Inputs{Recipient: alice, Sender: bob, Subject: "Hello from the wiki", Text: "This is a test message.\nIt has two lines."}
	case wgsmtp.MailWatchlist:
		return Inputs{Recipient: alice, Sender: bob, Page: "Sandbox", Summary: "a small change"}
	case wgsmtp.MailTalk:
		return Inputs{Recipient: alice, Sender: bob, Summary: "a small change"}
	case wgsmtp.MailChanged:
		return Inputs{Recipient: alice, NewEmail: "alice.new@example.net"}
	case wgsmtp.MailPlain:
		return Inputs{Recipient: alice, Subject: "Hello from the wiki", Text: "This is a test message.\nIt has two lines."}
	case wgsmtp.MailHTML:
		return Inputs{Recipient: alice, Subject: "Hello from the wiki", Text: "This is a test message.\nIt has two lines.", HTML: "<p>This is a <b>test</b> message.</p>"}
	case wgsmtp.MailPlainMulti:
		return Inputs{
			Recipients: []Person{alice, {Name: "Carol", Email: "carol@example.net"}, {Name: "Dave", Email: "dave@example.org"}},
			Subject:    "Hello from the wiki", Text: "This is a test message.\nIt has two lines.",
		}
	default:
		return Inputs{Recipient: alice}
	}
}

// DefaultVarying are varying parts that a mail made at this moment could have,
// in MediaWiki's forms: Date in PHP's format "r" and the offset of now's
// location, a number as uniqid() makes, the boundary of Mail_mime, the code of
// a confirmation. The same moment gives the same parts.
func DefaultVarying(now time.Time) Varying {
	v := varyingAt(now)
	for i := 1; i <= 3; i++ {
		v.More = append(v.More, varyingAt(now.Add(time.Duration(i)*83*time.Millisecond)))
	}
	return v
}

func varyingAt(now time.Time) Varying {
	hash := func(what string) string {
		h := fnv.New128a()
		fmt.Fprintf(h, "%s %d", what, now.UnixNano())
		return fmt.Sprintf("%032x", h.Sum(nil))
	}
	h := fnv.New64a()
	fmt.Fprint(h, now.UnixNano())
	fraction := h.Sum64() % 1_000_000_000
	return Varying{
		Date:     now.Format("Mon, 02 Jan 2006 15:04:05 -0700"),
		UniqueID: fmt.Sprintf("%08x%05x%d.%08d", uint32(now.Unix()), now.Nanosecond()/1000, fraction/100_000_000, fraction%100_000_000),
		Boundary: "=_" + hash("boundary"),
		Token:    hash("token"),
	}
}
