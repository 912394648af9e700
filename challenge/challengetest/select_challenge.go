package challengetest

import (
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/challenge"
)

// firstFactors are the challenges by which each factor is given: what
// PREFERRED_CHALLENGE and ANSWER can be.
var firstFactors = map[types.AuthFactorType][]types.ChallengeNameType{
	types.AuthFactorTypePassword: {types.ChallengeNameTypePasswordSrp, types.ChallengeNameTypePassword},
	types.AuthFactorTypeEmailOtp: {types.ChallengeNameTypeEmailOtp},
	types.AuthFactorTypeSmsOtp:   {types.ChallengeNameTypeSmsOtp},
	types.AuthFactorTypeWebAuthn: {types.ChallengeNameTypeWebAuthn},
}

// choosing reports whether the user of a USER_AUTH has still to give the first
// factor.
func (s *signIn) choosing() bool { return s.flow == types.AuthFlowTypeUserAuth && !s.firstFactor }

// available returns the challenges among which a user can choose. Somebody
// who is not there seems to have all but a passkey.
func (p *pool) available(u *user) []types.ChallengeNameType {
	var names []types.ChallengeNameType
	for _, factor := range p.firstFactors {
		if p.canBegin(u, factor) {
			names = append(names, firstFactors[factor]...)
		}
	}
	return names
}

func (p *pool) canBegin(u *user, factor types.AuthFactorType) bool {
	if factor == types.AuthFactorTypePassword {
		return u == nil || u.password != ""
	}
	switch {
	case u == nil && (p.mfa == types.UserPoolMfaTypeOn || factor == types.AuthFactorTypeWebAuthn):
		return false
	case u == nil:
		return true
	case u.temporary: // seen live: [PASSWORD_SRP, PASSWORD]
		return false
	case p.secondFactor(u) != "": // developer guide: no passwordless sign-in with required or active MFA
		return false
	}
	switch factor {
	case types.AuthFactorTypeEmailOtp:
		return u.attributes["email"] != ""
	case types.AuthFactorTypeSmsOtp:
		return u.attributes["phone_number"] != ""
	default:
		return len(u.passkeys) > 0
	}
}

// startChoice starts USER_AUTH.
func startChoice(c *call) (*authReply, error) {
	if err := c.require("USERNAME"); err != nil {
		return nil, err
	}
	if err := c.identify(); err != nil {
		return nil, err
	}
	if c.in.session != "" {
		return c.continueSignUp()
	}
	available := c.available(c.signIn.user)
	if len(available) == 0 {
		return nil, nothingToChoose
	}
	preferred := types.ChallengeNameType(c.params["PREFERRED_CHALLENGE"])
	if preferred != "" && !isFirstFactor(preferred) {
		return nil, preferenceUnknown
	}
	if !slices.Contains(available, preferred) {
		preferred = types.ChallengeNameTypeSelectChallenge
	}
	reply, err := c.choose(preferred)
	if err == nil && c.signIn.choosing() {
		reply.AvailableChallenges = available
	}
	return reply, err
}

func isFirstFactor(name types.ChallengeNameType) bool {
	for _, names := range firstFactors {
		if slices.Contains(names, name) {
			return true
		}
	}
	return false
}

// choose begins with the chosen challenge. A password that the request has
// already is taken as the answer to it.
func (c *call) choose(name types.ChallengeNameType) (*authReply, error) {
	switch {
	case name == types.ChallengeNameTypePassword && c.params["PASSWORD"] != "":
		if c.session != nil {
			c.session.spent = true
		}
		return c.judgePassword()
	case name == types.ChallengeNameTypePasswordSrp && c.params["SRP_A"] != "":
		return c.ask(types.ChallengeNameTypePasswordVerifier)
	default:
		return c.ask(name)
	}
}

// selectChallenge is SELECT_CHALLENGE. The choices are not among its
// parameters, but in AvailableChallenges.
type selectChallenge struct{}

func (selectChallenge) issue(*call, *session) (map[string]string, error) {
	return map[string]string{}, nil
}

func (selectChallenge) answer(c *call) (*authReply, error) {
	if err := c.require("ANSWER"); err != nil {
		return nil, err
	}
	name := types.ChallengeNameType(c.params["ANSWER"])
	if !slices.Contains(c.available(c.signIn.user), name) {
		return nil, choiceNotOffered
	}
	return c.choose(name)
}

// SignUpSession is what is modelled of SignUp and ConfirmSignUp: it confirms a
// user whose Status is UNCONFIRMED, and returns the Session that ConfirmSignUp
// by this app client returns. A USER_AUTH started with that needs no first
// factor. It is good once, as long as any session, and for the user's first
// sign-in only.
//
// The user is one of [Config].Users, and username may be an alias. No attribute
// becomes verified. The error says that there is no such app client or user, or
// that the user has a temporary password, which nobody has who signed up.
func (p *Pool) SignUpSession(clientID, username string) (challenge.Secret, error) {
	in := p.open()
	in.mu.Lock()
	defer in.mu.Unlock()
	client := in.clients[clientID]
	if client == nil {
		return challenge.Secret{}, fmt.Errorf("challengetest: no app client %q", clientID)
	}
	u, err := in.lookUp(username)
	if err != nil {
		return challenge.Secret{}, err
	}
	if u.temporary {
		return challenge.Secret{}, errors.New("challengetest: a user with a temporary password didn't sign up")
	}
	if u.status == types.UserStatusTypeUnconfirmed {
		u.status = types.UserStatusTypeConfirmed
	}
	c := &call{pool: in, now: in.now()}
	return challenge.NewSecret(c.keep(&session{
		signIn: &signIn{client: client, user: u}, challenge: signedUp, issued: c.now,
	})), nil
}

// signedUp takes the place of a challenge's name in the session of
// ConfirmSignUp.
const signedUp types.ChallengeNameType = "ConfirmSignUp"

// continueSignUp signs in who has just signed up.
func (c *call) continueSignUp() (*authReply, error) {
	s, err := c.openSession()
	if err != nil {
		return nil, err
	}
	u := c.signIn.user
	if s.challenge != signedUp || s.signIn.client != c.client || s.signIn.user != u || u.signedIn {
		return nil, sessionInvalid
	}
	s.spent = true
	return c.proceed()
}
