package challengetest

import (
	"crypto/subtle"
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// totpSecretSize makes a SecretCode of 52 characters, as long as those seen.
const totpSecretSize = 32

// A softwareToken is the pool's side of an authenticator app.
type softwareToken struct {
	key  []byte
	last int64  // the newest step of which a code was accepted
	name string // FriendlyDeviceName
}

func newSoftwareToken(key []byte) *softwareToken { return &softwareToken{key: key, last: -1} }

// check accepts a code of the current time step or of one next to it (about
// one step of drift: developer guide of 2023), and each step once.
func (t *softwareToken) check(code string, now int64, wrong *failure) error {
	for _, s := range []int64{now, now - 1, now + 1} {
		if subtle.ConstantTimeCompare([]byte(code), []byte(totp(t.key, s))) == 0 {
			continue
		}
		if s <= t.last {
			return tokenCodeReused
		}
		t.last = s
		return nil
	}
	return wrong
}

type softwareTokenMFA struct{}

func (softwareTokenMFA) issue(c *call, s *session) (map[string]string, error) {
	params := make(map[string]string)
	if name := c.signIn.user.token.name; name != "" {
		params["FRIENDLY_DEVICE_NAME"] = name
	}
	return params, nil
}

func (softwareTokenMFA) answer(c *call) (*authReply, error) {
	if err := c.require("SOFTWARE_TOKEN_MFA_CODE"); err != nil {
		return nil, err
	}
	token := c.signIn.user.token
	code := c.params["SOFTWARE_TOKEN_MFA_CODE"]
	if err := c.judgeCode(func() error { return token.check(code, step(c.now), badTokenCode) }); err != nil {
		return nil, err
	}
	c.signIn.secondFactor = true
	return c.proceed()
}

// enroller returns who enrols a software token: the owner of the access token,
// or the user of the MFA_SETUP session s, which must be at this stage.
func (c *call) enroller(stages ...setupStage) (u *user, s *session, err error) {
	if !slices.Contains(c.secondFactors, types.ChallengeNameTypeSoftwareTokenMfa) {
		return nil, nil, tokenNotEnabled
	}
	if (c.in.accessToken == "") == (c.in.session == "") {
		return nil, nil, notOneOwner
	}
	if c.in.accessToken != "" {
		u, err = c.authorize()
		return u, nil, err
	}
	// The stage comes first: VerifySoftwareToken says "Invalid session for the
	// user." to a session that is not the one of AssociateSoftwareToken
	// (aws-amplify/amplify-js#6461), although that one is spent.
	if s, ok := c.sessions.get(c.in.session); ok && (s.challenge != types.ChallengeNameTypeMfaSetup || !slices.Contains(stages, s.setup)) {
		return nil, nil, sessionInvalid
	}
	if s, err = c.openSession(); err != nil {
		return nil, nil, err
	}
	return s.signIn.user, s, nil
}

// advance spends s and returns the Session of the enrolment's next stage.
func (c *call) advance(s *session, to setupStage) string {
	s.spent = true
	return c.keep(&session{signIn: s.signIn, challenge: s.challenge, issued: c.now, setup: to})
}

func associateSoftwareToken(c *call) (any, error) {
	u, s, err := c.enroller(setupAsked, setupAssociated)
	if err != nil {
		return nil, err
	}
	u.pendingToken = newSoftwareToken(random(totpSecretSize))
	reply := map[string]string{"SecretCode": totpEncoding.EncodeToString(u.pendingToken.key)}
	if s != nil {
		reply["Session"] = c.advance(s, setupAssociated)
	}
	return reply, nil
}

// sixDigits is the constraint on UserCode in the service's model.
var sixDigits = regexp.MustCompile(`^[0-9]{6}$`)

func verifySoftwareToken(c *call) (any, error) {
	if !sixDigits.MatchString(c.in.userCode) {
		return nil, invalidMember("userCode", "satisfy regular expression pattern: [0-9]+")
	}
	u, s, err := c.enroller(setupAssociated)
	if err != nil {
		return nil, err
	}
	if u.pendingToken == nil {
		return nil, tokenNotEnrolled // unsure
	}
	if err := u.pendingToken.check(c.in.userCode, step(c.now), badEnrolmentCode); err != nil {
		return nil, err
	}
	u.token, u.pendingToken = u.pendingToken, nil
	u.token.name = c.in.friendlyDeviceName
	reply := map[string]string{"Status": "SUCCESS"}
	if s != nil {
		reply["Session"] = c.advance(s, setupVerified)
	}
	// Signed in, SetUserMFAPreference has to follow, unless a second factor is
	// required anyway (developer guide, "TOTP software token MFA").
	if s != nil || c.mfa == types.UserPoolMfaTypeOn {
		u.activate(types.ChallengeNameTypeSoftwareTokenMfa)
	}
	return reply, nil
}
