package challenge

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

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

func (c *SelectChallenge) fields() []input {
	sent, proven := c.Answer == types.ChallengeNameTypePassword, c.Answer == types.ChallengeNameTypePasswordSrp
	password, a := hidden("Password", "PASSWORD", &c.Password), srpA(&c.A)
	password.Required, password.Proven, a.Required = sent, proven, proven
	password.Ask = len(c.CanChoose) == 0 || slices.ContainsFunc(c.CanChoose, takesPassword)
	password.check = func(value string) string {
		if value != "" && !sent {
			return "is given, but Answer is not a password challenge"
		}
		return ""
	}
	a.check = func(value string) string {
		if value != "" && !proven {
			return "is given, but Answer is not PASSWORD_SRP"
		}
		return checkHex(value)
	}
	return []input{choice("Answer", "ANSWER", &c.Answer, c.CanChoose), password, a}
}

func takesPassword(name types.ChallengeNameType) bool {
	return name == types.ChallengeNameTypePassword || name == types.ChallengeNameTypePasswordSrp
}

// ChallengeResponses implements [Challenge]; its own keys are ANSWER, PASSWORD
// and SRP_A.
func (c *SelectChallenge) ChallengeResponses() (map[string]string, error) { return answer(c).done() }

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
