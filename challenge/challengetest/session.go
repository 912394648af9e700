package challengetest

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// A session is one challenge of a sign-in, from when it is issued until it is
// answered rightly or too late.
type session struct {
	signIn    *signIn
	challenge types.ChallengeNameType
	issued    time.Time
	spent     bool
	dead      bool // by a trigger's failure

	proof proof      // PASSWORD_VERIFIER, DEVICE_PASSWORD_VERIFIER
	code  string     // of a message
	nonce []byte     // WEB_AUTHN
	setup setupStage // MFA_SETUP

	custom customPart // CUSTOM_CHALLENGE
}

// sessionSize makes sessions of 827 characters, as long as those captured
// (radkawar/stackd, 2026-09-24), which are no multiple of 4 either.
const sessionSize = 617

// keep gives s a Session.
func (c *call) keep(s *session) string {
	// Real ones begin with these letters: the version and the size of a
	// message of the AWS Encryption SDK.
	token := "AYAB" + base64.RawURLEncoding.EncodeToString(random(sessionSize))
	c.sessions.put(token, s)
	return token
}

// openSession returns the session that the request names, if it is still good.
func (c *call) openSession() (*session, error) {
	if c.in.session == "" {
		return nil, missingParameter("Session")
	}
	s, ok := c.sessions.get(c.in.session)
	if !ok {
		return nil, sessionInvalid
	}
	return s, c.usable(s)
}

func (c *call) usable(s *session) error {
	switch {
	case s.dead:
		return sessionInvalid
	case s.spent:
		return sessionSpent
	case c.now.Sub(s.issued) >= s.signIn.client.sessionValidity:
		return sessionExpired
	}
	return nil
}

// openAnswered finds the session that the request answers, a challenge of this
// name to this user of this app client. Sessions cross between the
// administrative and the public operations (radkawar/stackd, captured
// 2026-09-24).
func (c *call) openAnswered(name types.ChallengeNameType) error {
	if name == types.ChallengeNameTypePasswordVerifier && c.in.session == "" {
		return c.openBlock()
	}
	if c.in.session == "" && (name == types.ChallengeNameTypeDeviceSrpAuth || name == types.ChallengeNameTypeDevicePasswordVerifier) {
		return c.openDevice(name)
	}
	s, err := c.openSession()
	if err != nil {
		return err
	}
	if u := s.signIn.user; u != nil && c.users[u.name] != u { // deleted meanwhile
		if c.client.hidesUsers {
			return badCredentials
		}
		return userNotFound
	}
	if s.signIn.client != c.client || !c.belongsTo(s.signIn, c.params["USERNAME"]) {
		return sessionInvalid
	}
	c.session, c.signIn = s, s.signIn
	if s.challenge == name {
		return nil
	}
	switch name {
	case types.ChallengeNameTypeSmsMfa, types.ChallengeNameTypeEmailOtp, types.ChallengeNameTypeSmsOtp:
		return badMessageCode // also for the right code under the wrong name (aws-amplify/amplify-js#11069)
	case types.ChallengeNameTypeSoftwareTokenMfa:
		if s.signIn.user != nil && s.signIn.user.token == nil {
			return tokenNotEnrolled
		}
	}
	return sessionInvalid
}

// maxKept bounds each vault, so that a pool that serves for days doesn't grow.
const maxKept = 10_000

// A vault keeps values under opaque texts, the newest maxKept of them.
type vault[T any] struct {
	values map[string]T
	order  []string
}

func (v *vault[T]) put(text string, value T) {
	if v.values == nil {
		v.values = make(map[string]T)
	}
	v.values[text] = value
	v.order = append(v.order, text)
	if len(v.order) > maxKept {
		delete(v.values, v.order[0])
		v.order = v.order[1:]
	}
}

func (v *vault[T]) get(text string) (T, bool) {
	value, ok := v.values[text]
	return value, ok
}

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

// uuid returns a random UUID, without the bits of RFC 9562: a sub has none
// (radkawar/stackd, captured 2026-09-24).
func uuid() string {
	h := hex.EncodeToString(random(16))
	return fmt.Sprintf("%s-%s-%s-%s-%s", h[:8], h[8:12], h[12:16], h[16:20], h[20:])
}
