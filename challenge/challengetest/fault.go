package challengetest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// A FaultKind is what goes wrong with a request. The replies are those of the
// service; how often a client sends the request again is up to its retryer.
type FaultKind string

// The kinds of faults.
const (
	// Drop closes the connection without a reply.
	Drop FaultKind = "drop"

	// Reset resets the connection. Over HTTP/2 it is Drop.
	Reset FaultKind = "reset"

	// Hang gives no reply until the caller gives up: give the request a
	// context that ends. In a bubble of testing/synctest that takes no time.
	Hang FaultKind = "hang"

	// Truncate cuts the reply's body off halfway.
	Truncate FaultKind = "truncate"

	// ServerError replies with HTTP 500 and InternalErrorException.
	ServerError FaultKind = "500"

	// Unavailable replies with HTTP 503 and a page in HTML, as what stands
	// before the service does.
	Unavailable FaultKind = "503"

	// Throttle replies with TooManyRequestsException. The service has not
	// acted then, so this one can't come After.
	Throttle FaultKind = "throttle"
)

// Values returns all kinds.
func (FaultKind) Values() []FaultKind {
	return []FaultKind{Drop, Reset, Hang, Truncate, ServerError, Unavailable, Throttle}
}

// A Fault is a failure of the network or of the service that a test asks for,
// see [Pool.Fail].
type Fault struct {
	// Kind is what goes wrong. It is required.
	Kind FaultKind

	// After says that the pool acts on the request before it goes wrong: only
	// the reply is lost. Otherwise the pool never sees the request.
	After bool

	// Operation and ChallengeName say which requests fail, such as
	// "RespondToAuthChallenge" and NEW_PASSWORD_REQUIRED. If empty, those of
	// every operation or challenge.
	Operation     string
	ChallengeName types.ChallengeNameType

	// Skip is how many of these requests come through before the first fails.
	Skip int

	// Times is how many fail. If zero, one does; if negative, all do.
	Times int
}

// Fail makes requests fail from now on, by [Pool.Client] and [Pool.Handler]
// alike. Where several faults fit a request, the oldest one counts. The error
// says which fault makes no sense; then none is added.
func (p *Pool) Fail(faults ...Fault) error {
	var problems []error
	added := make([]*Fault, len(faults))
	for i, f := range faults {
		problem := func(format string, a ...any) {
			problems = append(problems, fmt.Errorf("challengetest: faults[%d].%s", i, fmt.Sprintf(format, a...)))
		}
		if !slices.Contains(f.Kind.Values(), f.Kind) {
			problem("kind: expected one of %q, got %q", f.Kind.Values(), f.Kind)
		}
		if f.Kind == Throttle && f.After {
			problem("after: a request that is throttled is not acted on")
		}
		if f.Operation != "" && operations[f.Operation] == nil {
			problem("operation: the pool has no operation %q", f.Operation)
		}
		if f.ChallengeName != "" {
			if !slices.Contains(f.ChallengeName.Values(), f.ChallengeName) {
				problem("challenge_name: there is no challenge %q", f.ChallengeName)
			}
			if f.Operation != "" && !strings.HasSuffix(f.Operation, "RespondToAuthChallenge") {
				problem("challenge_name: %s answers none", f.Operation)
			}
		}
		if f.Skip < 0 {
			problem("skip: negative")
		}
		if f.Times == 0 {
			f.Times = 1
		}
		added[i] = &f
	}
	if problems != nil {
		return errors.Join(problems...)
	}
	in := p.open()
	in.mu.Lock()
	defer in.mu.Unlock()
	in.faults = append(in.faults, added...)
	return nil
}

// Recover takes back all faults, also those that have not happened yet.
func (p *Pool) Recover() {
	in := p.open()
	in.mu.Lock()
	defer in.mu.Unlock()
	in.faults = nil
}

// A Call is one request to an operation of the pool. Printing it shows nothing
// of what was sent.
type Call struct {
	// Operation and ChallengeName are those of the request. ChallengeName is
	// empty unless it answers a challenge.
	Operation     string
	ChallengeName types.ChallengeNameType

	// Fault is what went wrong, or empty.
	Fault FaultKind

	// Acted says that the request reached the pool, which granted or refused
	// it, whether the caller got to know that or not.
	Acted bool

	// Code is the error code with which the pool refused, such as
	// "CodeMismatchException", or empty.
	Code string
}

// Calls returns the requests so far, in the order in which they ended, of the
// last ten thousand. It tells how often the pool acted on what a client sent,
// whatever the client knows of it.
func (p *Pool) Calls() []Call {
	in := p.open()
	in.mu.Lock()
	defer in.mu.Unlock()
	return slices.Clone(in.calls)
}

// takeFault returns the fault that is due for a request, or nil.
func (p *pool) takeFault(operation string, challenge types.ChallengeNameType) *Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.faults {
		switch {
		case f.Times == 0,
			f.Operation != "" && f.Operation != operation,
			f.ChallengeName != "" && f.ChallengeName != challenge:
			continue
		case f.Skip > 0:
			f.Skip--
			continue
		}
		if f.Times > 0 {
			f.Times--
		}
		due := *f
		return &due
	}
	return nil
}

// note keeps what became of a request.
func (p *pool) note(c Call) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.calls = append(p.calls, c); len(p.calls) > maxKept {
		p.calls = p.calls[1:]
	}
}

// A response is what goes over the wire, unless fault keeps it from doing so.
type response struct {
	status int
	header http.Header
	body   []byte
	fault  FaultKind // of the connection
}

// spoil returns the response as the fault leaves it.
func (r response) spoil(kind FaultKind) response {
	switch kind {
	case ServerError:
		return refuse(r.header, internalError)
	case Throttle:
		return refuse(r.header, throttled)
	case Unavailable:
		r.header.Set("Content-Type", "text/html")
		r.header.Del("X-Amzn-Errortype")
		return response{status: http.StatusServiceUnavailable, header: r.header, body: []byte("<html><body>Service Unavailable</body></html>")}
	case Truncate:
		if r.body == nil { // the pool has said nothing
			r.status, r.body = http.StatusOK, []byte(`{"ChallengeParameters":{}}`)
		}
	}
	r.fault = kind
	return r
}

// half is what arrives of a truncated body.
func (r response) half() []byte { return r.body[:len(r.body)/2] }

// send writes the response to a server's client.
func (r response) send(w http.ResponseWriter, request *http.Request) {
	switch r.fault {
	case Hang:
		<-request.Context().Done()
		panic(http.ErrAbortHandler)
	case Drop:
		panic(http.ErrAbortHandler)
	case Reset:
		reset(w)
		panic(http.ErrAbortHandler)
	}
	for name, values := range r.header {
		w.Header()[name] = values
	}
	if r.fault != Truncate {
		w.WriteHeader(r.status)
		w.Write(r.body)
		return
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(r.body)))
	w.WriteHeader(r.status)
	w.Write(r.half())
	http.NewResponseController(w).Flush() // where it can't, less arrives
	panic(http.ErrAbortHandler)
}

// reset closes the connection of w with a reset, where that can be had.
func reset(w http.ResponseWriter) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	if tcp, ok := connection.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	connection.Close()
}

// cut is where a body ends before its length.
type cut struct{}

func (cut) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// deliver returns the response to a client in process, with the errors that
// net/http's client has.
func (r response) deliver(request *http.Request) (*http.Response, error) {
	lost := func(err error) (*http.Response, error) {
		return nil, &url.Error{Op: "Post", URL: request.URL.String(), Err: err}
	}
	var body io.Reader = bytes.NewReader(r.body)
	switch r.fault {
	case Hang:
		<-request.Context().Done()
		return lost(request.Context().Err())
	case Drop:
		return lost(io.EOF)
	case Reset:
		return lost(&net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)})
	case Truncate:
		body = io.MultiReader(bytes.NewReader(r.half()), cut{})
	}
	return &http.Response{
		Status:        fmt.Sprintf("%d %s", r.status, http.StatusText(r.status)),
		StatusCode:    r.status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        r.header,
		Body:          io.NopCloser(body),
		ContentLength: int64(len(r.body)),
		Request:       request,
	}, nil
}
