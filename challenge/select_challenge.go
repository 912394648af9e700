package challenge

import "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

// SelectChallenge is SELECT_CHALLENGE: a USER_AUTH sign-in lets the user choose
// the first factor.
type SelectChallenge struct {
	Issued

	// CanChoose are the factors that this user can choose from, in no
	// particular order: PASSWORD, PASSWORD_SRP, EMAIL_OTP, SMS_OTP, WEB_AUTHN.
	CanChoose []types.ChallengeNameType

	// Answer is the chosen one. Required.
	Answer types.ChallengeNameType

	// Password answers the chosen challenge in the same step. It is required
	// when Answer is PASSWORD and must be empty for all others but
	// PASSWORD_SRP; there [Client.Respond] proves it without sending it.
	Password Secret

	// A is SRP_A as [github.com/cognito-go/cognitoauth/srp.Client.A] returns
	// it. It is required when Answer is PASSWORD_SRP, unless the form goes to
	// Client.Respond with a Password.
	A string
}

var _ srpOpener = (*SelectChallenge)(nil)

// Name returns SELECT_CHALLENGE.
func (c *SelectChallenge) Name() types.ChallengeNameType {
	return types.ChallengeNameTypeSelectChallenge
}

func (c *SelectChallenge) decode(*decoder) { c.CanChoose = c.AvailableChallenges }

// ChallengeResponses implements [Challenge]; its own keys are ANSWER, PASSWORD
// and SRP_A.
func (c *SelectChallenge) ChallengeResponses() (map[string]string, error) {
	f := c.answer(c.Name())
	f.choice("Answer", "ANSWER", c.Answer, c.CanChoose)
	password, srp := types.ChallengeNameTypePassword, types.ChallengeNameTypePasswordSrp
	switch {
	case c.Answer == password:
		f.secret("Password", "PASSWORD", c.Password)
	case c.Answer == srp:
		f.require("A", "SRP_A", c.A)
	case !c.Password.IsZero():
		f.fail("Password", "PASSWORD", "is given, but Answer is not a password challenge")
	}
	if c.A != "" && c.Answer != srp {
		f.fail("A", "SRP_A", "is given, but Answer is not PASSWORD_SRP")
	}
	return f.done()
}

func (c *SelectChallenge) srpPassword() Secret {
	if c.Answer != types.ChallengeNameTypePasswordSrp || c.A != "" {
		return Secret{}
	}
	return c.Password
}

func (c *SelectChallenge) withA(a string) Challenge {
	opened := *c
	opened.A = a
	return &opened
}
