package challenge

import "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

// Password is PASSWORD: a USER_AUTH sign-in asks for the password itself. No
// capture of a bare PASSWORD challenge is known; the password usually goes
// with the start of the sign-in or with [SelectChallenge].
type Password struct {
	Issued

	// Password is the user's password. Required.
	Password Secret
}

var _ Challenge = (*Password)(nil)

// Name returns PASSWORD.
func (c *Password) Name() types.ChallengeNameType { return types.ChallengeNameTypePassword }

func (c *Password) decode(*decoder) {}

func (c *Password) fields() []input {
	return []input{hidden("Password", "PASSWORD", &c.Password)}
}

// ChallengeResponses implements [Challenge]; its own key is PASSWORD.
func (c *Password) ChallengeResponses() (map[string]string, error) { return answer(c).done() }

// PasswordSRP is PASSWORD_SRP: a USER_AUTH sign-in asks for the beginning of
// an SRP proof. [PasswordVerifier] follows.
type PasswordSRP struct {
	Issued

	// Password is the user's password. It is not sent: [Client.Respond] proves
	// it, and answers the PASSWORD_VERIFIER that follows. Required there unless
	// A is given.
	Password Secret

	// A is SRP_A as [github.com/cognito-go/cognitoauth/srp.Client.A] returns
	// it, for those who send the answer themselves. Required there.
	A string
}

var _ srpOpener = (*PasswordSRP)(nil)

// Name returns PASSWORD_SRP.
func (c *PasswordSRP) Name() types.ChallengeNameType { return types.ChallengeNameTypePasswordSrp }

func (c *PasswordSRP) decode(*decoder) {}

func (c *PasswordSRP) fields() []input {
	password := hidden("Password", "PASSWORD", &c.Password)
	password.Proven, password.Required = true, c.A == ""
	return []input{password, srpA(&c.A)}
}

// ChallengeResponses implements [Challenge]; its own key is SRP_A.
func (c *PasswordSRP) ChallengeResponses() (map[string]string, error) { return answer(c).done() }

func (c *PasswordSRP) srpPassword() Secret {
	if c.A != "" {
		return Secret{}
	}
	return c.Password
}

func (c *PasswordSRP) withA(a string) Challenge {
	opened := *c
	opened.A = a
	return &opened
}

// AdminNoSRPAuth is ADMIN_NO_SRP_AUTH, the challenge: a legacy of the flow of
// the same name, documented for AdminRespondToAuthChallenge only and never
// seen. RespondToAuthChallenge does not take its answer.
type AdminNoSRPAuth struct {
	Issued

	// Password is the user's password. Required.
	Password Secret
}

var _ Challenge = (*AdminNoSRPAuth)(nil)

// Name returns ADMIN_NO_SRP_AUTH.
func (c *AdminNoSRPAuth) Name() types.ChallengeNameType {
	return types.ChallengeNameTypeAdminNoSrpAuth
}

// Nothing is known of its Session.
func (c *AdminNoSRPAuth) sessionOptional() bool { return true }

func (c *AdminNoSRPAuth) decode(*decoder) {}

func (c *AdminNoSRPAuth) fields() []input {
	return []input{hidden("Password", "PASSWORD", &c.Password)}
}

// ChallengeResponses implements [Challenge]; its own key is PASSWORD.
func (c *AdminNoSRPAuth) ChallengeResponses() (map[string]string, error) { return answer(c).done() }
