package main

import (
	"cmp"
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-go/cognitoauth/challenge"
	"github.com/cognito-go/cognitoauth/contextdata"
)

// site is the web site. Nothing in it changes while it serves, but for the
// pool's public keys, which it fetches when it needs them.
type site struct {
	config  challenge.Config
	client  *challenge.Client
	sdk     *cip.Client
	sealer  *challenge.Sealer
	context contextdata.Source
	tokens  *verifier
	log     *slog.Logger

	how             string // -flow
	validity        time.Duration
	insecureCookies bool

	demo *demo // nil with a real pool
}

// newSite connects what the options describe. It makes no call, except for
// -api admin where the SDK has to fetch the credentials from somewhere.
func newSite(ctx context.Context, o *options, d *demo, log *slog.Logger) (*site, error) {
	sdk, err := connect(ctx, o)
	if err != nil {
		return nil, err
	}
	s := &site{
		config:          o.config,
		sdk:             sdk,
		context:         contextdata.Source{TrustXForwardedFor: o.proxies, ServerName: o.serverName},
		log:             log,
		how:             o.flow,
		validity:        o.validity,
		insecureCookies: o.insecureCookies,
		demo:            d,
	}
	s.config.Transport = challenge.Public(sdk)
	if o.api == "admin" {
		s.config.Transport = challenge.Admin(sdk)
	}
	var unfit error
	if s.client, unfit = challenge.New(s.config); unfit != nil {
		return nil, unfit
	}
	s.sealer, unfit = challenge.NewSealer(challenge.SealerConfig{
		UserPoolID: o.config.UserPoolID,
		ClientID:   o.config.ClientID,
		Keys:       o.keys,
		Validity:   o.validity,
		Now:        o.now,
	})
	if unfit != nil {
		return nil, unfit
	}
	issuer := fmt.Sprintf("https://cognito-idp.%s.amazonaws.com/%s", o.region, o.config.UserPoolID)
	keySet := issuer
	if o.endpoint != "" {
		keySet = o.endpoint + "/" + o.config.UserPoolID
	}
	s.tokens = newVerifier(ctx, issuer, keySet+"/.well-known/jwks.json", o.config.ClientID, o.now)
	return s, nil
}

func connect(ctx context.Context, o *options) (*cip.Client, error) {
	load := []func(*config.LoadOptions) error{config.WithRegion(o.region)}
	if o.api == "public" {
		// The public operations take no signature, so the SDK shall not look
		// for credentials.
		load = append(load, config.WithCredentialsProvider(aws.AnonymousCredentials{}))
	}
	loaded, err := config.LoadDefaultConfig(ctx, load...)
	if err != nil {
		return nil, err
	}
	if o.api == "admin" {
		if _, err := loaded.Credentials.Retrieve(ctx); err != nil {
			return nil, fmt.Errorf("-api admin needs AWS credentials: %w", err)
		}
	}
	return cip.NewFromConfig(loaded, func(c *cip.Options) {
		if o.endpoint != "" {
			c.BaseEndpoint = aws.String(o.endpoint)
		}
	}), nil
}

//go:embed static
var static embed.FS

// handler returns the routes. What changes anything is a POST.
func (s *site) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /static/", http.FileServerFS(static))

	mux.HandleFunc("GET /sign-in", s.showStart)
	mux.HandleFunc("POST /sign-in", s.start)
	mux.HandleFunc("GET /challenge", s.showChallenge)
	mux.HandleFunc("POST /challenge", s.answer)

	mux.HandleFunc("GET /{$}", s.showAccount)
	mux.HandleFunc("POST /refresh", s.refresh)
	mux.HandleFunc("POST /sign-out", s.signOut)
	mux.HandleFunc("POST /device/forget", s.forgetDevice)
	mux.HandleFunc("POST /passkey", s.offerPasskey)
	mux.HandleFunc("POST /passkey/register", s.registerPasskey)
	if s.demo != nil {
		mux.HandleFunc("GET /demo", s.showDemo)
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		s.fail(w, http.StatusNotFound, "There is no such page.")
	})

	forgery := http.NewCrossOriginProtection()
	forgery.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.log.Warn("refused a form from another site", "path", r.URL.Path, "site", r.Header.Get("Sec-Fetch-Site"))
		s.fail(w, http.StatusForbidden, "This form was sent from another site, so it was not accepted.")
	}))
	return secured(forgery.Handler(bounded(mux)))
}

// contentSecurityPolicy lets pages load nothing but the site's own files, and
// no script or style that stands in a page.
const contentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// secured sets what every reply says to the browser.
func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", contentSecurityPolicy)
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Referrer-Policy", "same-origin") // with no-referrer, forms would have no Origin
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// Limits of one request.
const (
	maxForm    = 64 << 10 // a passkey's answer is the longest, some kB
	maxSeconds = 20
)

// bounded reads the form, and gives a request its time.
func bounded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), maxSeconds*time.Second)
		defer cancel()
		r = r.WithContext(ctx)
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := r.ParseForm(); err != nil {
			var long *http.MaxBytesError
			status := http.StatusBadRequest
			if errors.As(err, &long) {
				status = http.StatusRequestEntityTooLarge
			}
			http.Error(w, http.StatusText(status), status)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// callOptions are the settings of each call of a sign-in.
func (s *site) callOptions(r *http.Request, username string) func(*challenge.CallOptions) {
	return func(o *challenge.CallOptions) {
		o.ContextData = s.context.Admin(r)      // for threat protection, sent by the
		o.UserContextData = s.context.Public(r) // one API or the other
		if d := s.device(r, username); d != nil {
			o.Device = &d.Device
		}
	}
}

// serviceName is what authenticator apps call the site.
func (s *site) serviceName(r *http.Request) string {
	return cmp.Or(s.context.ServerName, r.Host)
}
