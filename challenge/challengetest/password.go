package challengetest

import "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

// startPassword starts USER_PASSWORD_AUTH and ADMIN_USER_PASSWORD_AUTH.
func startPassword(c *call) (*authReply, error) {
	if err := c.require("USERNAME", "PASSWORD"); err != nil {
		return nil, err
	}
	if err := c.identify(); err != nil {
		return nil, err
	}
	return c.judgePassword()
}

// judgePassword goes on if PASSWORD is right.
func (c *call) judgePassword() (*authReply, error) {
	if err := c.mustBeConfirmed(); err != nil {
		return nil, err
	}
	u, given := c.signIn.user, c.params["PASSWORD"]
	if err := c.judge(func() bool { return u != nil && u.hasPassword(given) }); err != nil {
		return nil, err
	}
	return c.proceed()
}

// password is PASSWORD. As a rule it is answered in the call that chooses it.
type password struct{}

func (password) issue(*call, *session) (map[string]string, error) { return map[string]string{}, nil }

func (password) answer(c *call) (*authReply, error) {
	if err := c.require("PASSWORD"); err != nil {
		return nil, err
	}
	c.session.spent = true // by any verdict, like PASSWORD_VERIFIER's
	return c.judgePassword()
}

// passwordSRP is PASSWORD_SRP. As a rule it is answered in the call that
// chooses it.
type passwordSRP struct{}

func (passwordSRP) issue(*call, *session) (map[string]string, error) { return map[string]string{}, nil }

func (passwordSRP) answer(c *call) (*authReply, error) {
	if err := c.require("SRP_A"); err != nil {
		return nil, err
	}
	return c.ask(types.ChallengeNameTypePasswordVerifier)
}
