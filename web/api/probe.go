package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"wgsmtp/app/localsettings"
	"wgsmtp/app/mediawiki"
	"wgsmtp/app/wgsmtp"
	"wgsmtp/providers"
	"wgsmtp/web/probe"
)

// request is the body of POST /api/probe: the fields of a configuration that
// differ from the default ones, or pasted settings. With both, the settings go
// over those of the configuration: a form's block, with what no field has.
type request struct {
	Config   map[string]string `json:"config"`   // field id to value, see `wgsmtp emit --list`
	Settings string            `json:"settings"` // a LocalSettings.php, or a piece of one
	Release  string            `json:"release"`  // "1.43.3"; for settings, or in the place of the configuration's
	// Secret takes the place of a password that the settings read from the
	// environment or a file.
	Secret   wgsmtp.Secret `json:"secret"`
	To       string        `json:"to"`
	Send     bool          `json:"send"`
	AuthSASL bool          `json:"auth_sasl"`
}

// answer is a line of the answer: one of the three.
type answer struct {
	Step    *probe.Step    `json:"step,omitempty"`
	Verdict *probe.Verdict `json:"verdict,omitempty"`
	Error   string         `json:"error,omitempty"`
}

func writeLine(w io.Writer, a answer) error {
	e := json.NewEncoder(w) // escapes <, > and & too
	return e.Encode(a)
}

// probe answers POST /api/probe.
func (a *api) probe(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", "POST")
		refuse(w, http.StatusMethodNotAllowed, "this address takes POST only")
		return
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		a.refused(w, http.StatusUnsupportedMediaType, "type", "the request must be application/json")
		return
	}
	done, wait := a.limiter.enter(client(r))
	if done == nil {
		seconds := strconv.Itoa(max(1, int(wait.Seconds()+0.999)))
		w.Header().Set("Retry-After", seconds)
		a.refused(w, http.StatusTooManyRequests, "limit", "too many tests for now: try again in "+seconds+" seconds")
		return
	}
	defer done()

	control := http.NewResponseController(w)
	control.SetReadDeadline(time.Now().Add(a.o.Limits.BodyTime))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, a.o.Limits.Body))
	var tooLarge *http.MaxBytesError
	var slow net.Error
	switch {
	case errors.As(err, &tooLarge):
		a.refused(w, http.StatusRequestEntityTooLarge, "size", fmt.Sprintf("the request is larger than %d bytes: paste the mail settings alone", a.o.Limits.Body))
		return
	case errors.As(err, &slow) && slow.Timeout():
		a.refused(w, http.StatusRequestTimeout, "slow", "the request took too long to arrive")
		return
	case err != nil:
		a.refused(w, http.StatusBadRequest, "broken", "the request broke off")
		return
	}
	// The body is there; from here on a read only tells that the caller went.
	control.SetReadDeadline(time.Time{})
	req, err := decode(body)
	if err != nil {
		a.refused(w, http.StatusBadRequest, "request", err.Error())
		return
	}
	if req.Send && a.o.Public {
		a.refused(w, http.StatusForbidden, "send", "a shared test sends no mail: it ends when the recipient was accepted")
		return
	}
	a.run(w, r, control, req)
}

// run streams a test. A caller who goes away ends it.
func (a *api) run(w http.ResponseWriter, r *http.Request, control *http.ResponseController, req probe.Request) {
	w.Header().Set("Content-Type", "application/x-ndjson; charset=utf-8")
	w.Header().Set("X-Accel-Buffering", "no") // nginx would keep the lines back
	w.WriteHeader(http.StatusOK)
	control.Flush()
	ctx, cancel := context.WithCancel(r.Context())
	defer cancel()
	begin := time.Now()
	tell := func(line answer) {
		control.SetWriteDeadline(time.Now().Add(10 * time.Second))
		if writeLine(w, line) != nil || control.Flush() != nil {
			cancel() // a caller that went, or does not read
		}
	}
	verdict := a.o.Prober.Run(ctx, req, func(s probe.Step) {
		a.metrics.step(s.ID, string(s.Status))
		tell(answer{Step: &s})
	})
	tell(answer{Verdict: &verdict})
	result := word(verdict)
	a.metrics.probe(result, time.Since(begin))
	a.log.Info("probe", "result", result, "step", verdict.Step, "ms", time.Since(begin).Milliseconds(), "release", req.Release.Name(), "sent", verdict.Sent)
}

// word is a verdict in one word.
func word(v probe.Verdict) string {
	switch {
	case v.Unusable:
		return "unusable"
	case v.Stopped:
		return "stopped"
	case v.OK:
		return "ok"
	}
	return "failed"
}

// decode reads a request strictly: unknown names are typing mistakes, and
// nothing may follow. No value is in the error.
func decode(body []byte) (probe.Request, error) {
	var in request
	var out probe.Request
	if !utf8.Valid(body) {
		return out, errors.New("the request is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&in); err != nil {
		return out, inJSON(err)
	}
	if _, err := d.Token(); err != io.EOF {
		return out, errors.New("there is something behind the request")
	}
	if in.Config == nil && in.Settings == "" {
		return out, errors.New(`the request needs "config" or "settings"`)
	}
	out.Password, out.To, out.Send, out.AuthSASL = in.Secret, in.To, in.Send, in.AuthSASL
	if in.Config != nil {
		if err := configured(&out, in); err != nil {
			return out, err
		}
	}
	if in.Settings != "" {
		return out, pasted(&out, in)
	}
	return out, nil
}

// inJSON is an error of the decoder without what it read.
func inJSON(err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return fmt.Errorf("the request is not JSON: mistake at byte %d", syntax.Offset)
	case errors.As(err, &kind) && kind.Field == "":
		return errors.New("the request is not a JSON object")
	case errors.As(err, &kind):
		return fmt.Errorf("the request's %q is not a %s", kind.Field, kind.Type.Kind())
	case strings.HasPrefix(err.Error(), "json: unknown field"):
		return errors.New(`the request has a name that is not known: it has "config", "settings", "release", "secret", "to", "send" and "auth_sasl"`)
	}
	return errors.New("the request is not JSON")
}

func release(name string) (*mediawiki.Release, error) {
	if name == "" {
		return mediawiki.Newest(), nil
	}
	r, err := mediawiki.Lookup(name)
	if err != nil {
		// Its own error repeats what may be a password in the wrong field.
		return nil, errors.New("the release is not known: it is one such as 1.43 or 1.43.3")
	}
	return r, nil
}

func pasted(out *probe.Request, in request) (err error) {
	if out.Release == nil {
		if out.Release, err = release(in.Release); err != nil {
			return err
		}
	}
	f := localsettings.Import([]byte(in.Settings))
	out.Problems = f.Problems
	if out.Settings == nil {
		out.Settings = f.Settings
		return nil
	}
	for _, v := range f.Settings.All() {
		out.Settings.SetPos(v.Name, v.Value, v.Pos)
	}
	return nil
}

// configured makes the settings of a configuration. The fields' errors name a
// value, so a secret in a wrong field would be in them: only the field is told.
func configured(out *probe.Request, in request) (err error) {
	c := wgsmtp.Default()
	for id, value := range in.Config {
		f, ok := wgsmtp.FieldByID(id)
		if !ok {
			return errors.New("the configuration has a field that is not known: `wgsmtp emit --list` names them")
		}
		if err := f.Set(&c, value); err != nil {
			return fmt.Errorf("the field %q does not take its value", id)
		}
	}
	if in.Release != "" {
		c.Release = in.Release
	}
	if out.Release, err = release(c.Release); err != nil {
		return err
	}
	if c.Secret == "" {
		c.Secret = in.Secret
	}
	if out.Password = c.Secret; c.Secret != "" {
		c.SecretStyle = wgsmtp.SecretInline // wherever the wiki will read it from
	}
	p, ok := providers.ByID(c.Carrier)
	if !ok {
		p = providers.Custom()
	}
	out.Config, out.Carrier = &c, p
	out.Settings = localsettings.Of(&c, out.Release, p)
	return nil
}
