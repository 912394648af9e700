package challenge

import "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

// Flow is how a sign-in starts.
//
// The following types satisfy this interface:
//
//	UserSRP       USER_SRP_AUTH: the password is proven, not sent
//	UserPassword  USER_PASSWORD_AUTH, for the admin API ADMIN_USER_PASSWORD_AUTH
type Flow interface {
	// begin fills in the AuthParameters of t's first call.
	begin(t *turn) (beginning, error)
}

// beginning is what a flow contributes to the first call.
type beginning struct {
	flow     types.AuthFlowType
	values   map[string]string
	username string // as the user typed it
}

// UserSRP starts USER_SRP_AUTH: the password is proven without being sent
// (Secure Remote Password). The app client needs ALLOW_USER_SRP_AUTH.
//
// PASSWORD_VERIFIER, which follows, is answered inside [Client.Start].
type UserSRP struct {
	// Username is the user's name, or an alias such as an e-mail address where
	// the pool lets users sign in with it. Required.
	Username string

	// Password is required.
	Password Secret
}

var _ Flow = UserSRP{}

func (s UserSRP) begin(t *turn) (beginning, error) {
	f := newFlow(types.AuthFlowTypeUserSrpAuth)
	f.require("Username", "USERNAME", s.Username)
	if s.Password.IsZero() {
		f.fail("Password", "PASSWORD", "is required")
	}
	values, err := f.done()
	if err != nil {
		return beginning{}, err
	}
	values["SRP_A"] = t.openSRP(s.Password)
	return beginning{f.blame.Flow, values, s.Username}, nil
}

// UserPassword starts USER_PASSWORD_AUTH, or ADMIN_USER_PASSWORD_AUTH where
// the client's transport is [Admin]: the password is sent to Cognito. The app
// client needs ALLOW_USER_PASSWORD_AUTH or ALLOW_ADMIN_USER_PASSWORD_AUTH.
//
// Prefer [UserSRP], except in a pool with a user migration trigger, which only
// works when it is sent the password.
type UserPassword struct {
	// Username is the user's name or alias. Required.
	Username string

	// Password is required.
	Password Secret
}

var _ Flow = UserPassword{}

func (s UserPassword) begin(*turn) (beginning, error) {
	f := newFlow(types.AuthFlowTypeUserPasswordAuth)
	f.require("Username", "USERNAME", s.Username)
	f.secret("Password", "PASSWORD", s.Password)
	values, err := f.done()
	return beginning{f.blame.Flow, values, s.Username}, err
}

func newFlow(flow types.AuthFlowType) *form {
	return &form{blame: InvalidError{Flow: flow}, values: make(map[string]string)}
}
