// Reading and writing lines, within bounds.

package probe

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"wgsmtp/app/transport"
)

// limitError is a server that says too much.
type limitError struct{ text string }

func (e *limitError) Error() string { return e.text }

// wire is an open connection.
type wire struct {
	conn   net.Conn
	r      *bufio.Reader
	limits *Limits
	total  int // bytes that the server said
}

func newWire(conn net.Conn, l *Limits) *wire {
	return &wire{conn: conn, r: bufio.NewReaderSize(conn, min(4096, l.Line)), limits: l}
}

// upgrade goes on over TLS. What the server said before it, unasked, is
// dropped: nobody vouches for it (RFC 3207 section 6).
func (w *wire) upgrade(conn net.Conn) {
	w.conn = conn
	w.r.Reset(conn)
}

// reply reads until the end of a reply, or what comes instead. lines is all
// that arrived, whole or not.
func (w *wire) reply() (ev transport.Event, lines []string, err error) {
	w.conn.SetReadDeadline(time.Now().Add(w.limits.Reply))
	for {
		line, err := w.line()
		var limit *limitError
		switch {
		case errors.As(err, &limit):
			return ev, lines, limit
		case err == nil:
			lines = append(lines, line)
			if transport.EndsReply(line) {
				return transport.Event{Kind: transport.EventReply, Lines: lines}, lines, nil
			}
			if len(lines) >= w.limits.Lines {
				return ev, lines, &limitError{fmt.Sprintf("the server's reply has more than %d lines and no end", w.limits.Lines)}
			}
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return transport.Event{Kind: transport.EventSilent}, lines, nil
		}
		return transport.Event{Kind: transport.EventClosed, Lines: lines}, lines, nil
	}
}

// line reads one line and takes its end off as PEAR does: any CR and LF. With
// an error it gives what there was.
func (w *wire) line() (string, error) {
	var b []byte
	for {
		piece, err := w.r.ReadSlice('\n')
		b = append(b, piece...)
		w.total += len(piece)
		switch {
		case len(b) > w.limits.Line:
			return "", &limitError{fmt.Sprintf("the server sent more than %d bytes without a line end", w.limits.Line)}
		case w.total > w.limits.Bytes:
			return "", &limitError{fmt.Sprintf("the server sent more than %d bytes", w.limits.Bytes)}
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		}
		return strings.TrimRight(string(b), "\r\n"), err
	}
}

// write sends text. A server that is gone is noticed by the next read.
func (w *wire) write(text string) error {
	w.conn.SetWriteDeadline(time.Now().Add(w.limits.Reply))
	_, err := w.conn.Write([]byte(text))
	return err
}
