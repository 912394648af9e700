package main

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/cognito-go/cognitoauth/challenge"
)

// attempt is what a sign-in has to remember besides its challenge. It travels
// beside the challenge, to be read by everybody, and as part of the challenge's
// purpose, so that it can't be changed.
type attempt struct {
	ID       string `json:"id"`       // every form of the sign-in has it
	Username string `json:"username"` // as it was typed
	Remember bool   `json:"remember,omitempty"`
	Answers  int    `json:"answers,omitempty"`
}

func newAttempt(form url.Values) attempt {
	return attempt{ID: rand.Text(), Username: form.Get("username"), Remember: form.Get("remember") != ""}
}

const challengeCookie = "challenge"

func challengePurpose(about string) string { return "sign-in " + about }

// keepChallenge hands a challenge to the browser.
func (s *site) keepChallenge(w http.ResponseWriter, r *http.Request, a attempt, c challenge.Challenge) error {
	text, err := json.Marshal(a)
	if err != nil {
		return err
	}
	about := base64.RawURLEncoding.EncodeToString(text)
	sealed, err := s.sealer.Seal(c, challengePurpose(about))
	if err != nil {
		return err
	}
	s.setCookie(w, r, challengeCookie, about+"."+sealed, s.validity)
	return nil
}

// openChallenge takes the challenge back.
func (s *site) openChallenge(r *http.Request) (challenge.Challenge, attempt, error) {
	about, sealed, _ := strings.Cut(s.cookie(r, challengeCookie), ".")
	c, err := s.sealer.Open(sealed, challengePurpose(about))
	if err != nil {
		return nil, attempt{}, err
	}
	var a attempt
	text, err := base64.RawURLEncoding.DecodeString(about)
	if err == nil {
		err = json.Unmarshal(text, &a)
	}
	return c, a, err
}

// session is what is kept of a user who is signed in. It holds the tokens in
// plain text, so it is never printed.
type session struct {
	Typed        string `json:"typed"` // the name at the sign-in, maybe an alias
	Username     string `json:"username"`
	AccessToken  string `json:"access_token"`
	IDToken      string `json:"id_token"`
	RefreshToken string `json:"refresh_token"`
}

const (
	sessionCookie  = "session"
	sessionPurpose = "tokens"

	// sessionValidity is how long a user stays signed in without asking for new
	// tokens. Cognito's refresh tokens are good for 30 days unless configured.
	sessionValidity = 24 * time.Hour
)

func (s *site) keepSession(w http.ResponseWriter, r *http.Request, in session) {
	text, err := json.Marshal(in)
	if err != nil {
		panic(err) // unreachable: a struct of strings
	}
	s.setCookie(w, r, sessionCookie,
		s.sealer.SealSecret(challenge.NewSecret(string(text)), sessionPurpose, sessionValidity), sessionValidity)
}

var errSignedOut = errors.New("nobody is signed in")

func (s *site) session(r *http.Request) (in session, err error) {
	sealed := s.cookie(r, sessionCookie)
	if sealed == "" {
		return session{}, errSignedOut
	}
	text, err := s.sealer.OpenSecret(sealed, sessionPurpose)
	if err != nil {
		return session{}, err
	}
	return in, json.Unmarshal([]byte(text.Reveal()), &in)
}

// rememberedFor is how long a remembered device is kept after its last sign-in.
const rememberedFor = 180 * 24 * time.Hour

// deviceCookie names the cookie of one user's device: people share browsers. It
// goes by the name that the user types, because that is what a sign-in begins
// with; the user name itself is known only at the end.
func deviceCookie(username string) string {
	sum := sha256.Sum256([]byte(username))
	return "device-" + hex.EncodeToString(sum[:8])
}

func devicePurpose(username string) string { return "device of " + username }

// knownDevice is a device and whether it is remembered: asked for no code.
type knownDevice struct {
	challenge.Device
	Remembered bool
}

// keepDevice keeps the device for months if it is remembered, else as long as
// the user is signed in: refreshing takes its key.
func (s *site) keepDevice(w http.ResponseWriter, r *http.Request, username string, d knownDevice) {
	validity, mark := sessionValidity, "-"
	if d.Remembered {
		validity, mark = rememberedFor, "+"
	}
	text := challenge.NewSecret(mark + d.Encode().Reveal())
	s.setCookie(w, r, deviceCookie(username), s.sealer.SealSecret(text, devicePurpose(username), validity), validity)
}

// device returns the user's device, or nil. A cookie that can't be opened is
// as good as none: the pool asks for a code then.
func (s *site) device(r *http.Request, username string) *knownDevice {
	text, err := s.sealer.OpenSecret(s.cookie(r, deviceCookie(username)), devicePurpose(username))
	if err != nil {
		return nil
	}
	encoded, remembered := strings.CutPrefix(text.Reveal(), "+")
	d, err := challenge.ParseDevice(challenge.NewSecret(strings.TrimPrefix(encoded, "-")))
	if err != nil {
		return nil
	}
	return &knownDevice{d, remembered}
}

// Browsers take cookies of 4,096 bytes, attributes not counted, so a text is
// split over as many as it takes. Servers and proxies limit the sum: tokens of
// a real pool make 5 to 6 kB, a challenge 1 to 3.
const (
	maxPart  = 3800
	maxParts = 6
)

func (s *site) cookieName(name string, part int) string {
	prefix := "__Host-" // with it, browsers insist on Secure, on Path=/, and on this very host
	if s.insecureCookies {
		prefix = ""
	}
	return fmt.Sprintf("%s%s.%d", prefix, name, part)
}

// cookie puts the parts of a text together. A missing, foreign or outdated part
// makes a text that can't be opened.
func (s *site) cookie(r *http.Request, name string) string {
	var text strings.Builder
	for i := range maxParts {
		c, err := r.Cookie(s.cookieName(name, i))
		if err != nil {
			break
		}
		text.WriteString(c.Value)
	}
	return text.String()
}

// setCookie sets a text, and drops what a longer one before it has left.
func (s *site) setCookie(w http.ResponseWriter, r *http.Request, name, text string, validity time.Duration) {
	for i := range maxParts {
		c := &http.Cookie{
			Name:     s.cookieName(name, i),
			Value:    text[:min(len(text), maxPart)],
			Path:     "/",
			MaxAge:   int(validity.Seconds()),
			Secure:   !s.insecureCookies,
			HttpOnly: true,
			SameSite: http.SameSiteLaxMode, // Strict would sign users out who follow a link to the site
		}
		text = text[len(c.Value):]
		if c.Value == "" {
			if _, err := r.Cookie(c.Name); err != nil {
				return
			}
			c.MaxAge = -1
		}
		http.SetCookie(w, c)
	}
	if text != "" {
		s.log.Error("too long for cookies", "name", name)
	}
}

func (s *site) dropCookie(w http.ResponseWriter, r *http.Request, name string) {
	s.setCookie(w, r, name, "", 0)
}
