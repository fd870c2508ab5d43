package api

import (
	"context"
	"log/slog"
	"slices"
)

// Sober is a slog handler that cannot contain a secret: it passes numbers,
// switches and times, and of texts only those under a name of the list that
// are a short word. Everything else is logged as ***, errors and structs
// included.
func Sober(h slog.Handler) slog.Handler { return sober{h} }

type sober struct{ slog.Handler }

// words are the names whose values come from a fixed vocabulary of this
// program.
var words = []string{"why", "result", "step", "release", "method"}

const masked = "***"

// Handle masks what does not pass, in the message too: that is one of this
// program's constants, a word.
func (h sober) Handle(ctx context.Context, r slog.Record) error {
	out := slog.NewRecord(r.Time, r.Level, wordOnly(r.Message), r.PC)
	r.Attrs(func(a slog.Attr) bool {
		out.AddAttrs(mask(a))
		return true
	})
	return h.Handler.Handle(ctx, out)
}

func (h sober) WithAttrs(attrs []slog.Attr) slog.Handler {
	out := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		out[i] = mask(a)
	}
	return sober{h.Handler.WithAttrs(out)}
}

func (h sober) WithGroup(name string) slog.Handler { return sober{h.Handler.WithGroup(wordOnly(name))} }

func mask(a slog.Attr) slog.Attr {
	v := a.Value.Resolve()
	switch v.Kind() {
	case slog.KindBool, slog.KindInt64, slog.KindUint64, slog.KindFloat64, slog.KindDuration, slog.KindTime:
		return slog.Attr{Key: wordOnly(a.Key), Value: v}
	case slog.KindGroup:
		group := slices.Clone(v.Group())
		for i := range group {
			group[i] = mask(group[i])
		}
		return slog.Attr{Key: wordOnly(a.Key), Value: slog.GroupValue(group...)}
	case slog.KindString:
		if slices.Contains(words, a.Key) {
			return slog.String(a.Key, wordOnly(v.String()))
		}
	}
	return slog.String(wordOnly(a.Key), masked)
}

// wordOnly is s if it looks like a word of this program.
func wordOnly(s string) string {
	if len(s) > 24 {
		return masked
	}
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '.' && c != '-' && c != '_' {
			return masked
		}
	}
	return s
}
