package challenge

import "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

// EmailOTP is EMAIL_OTP: a code in an e-mail, which Cognito has sent by now.
// It comes in two roles that look the same and are answered the same: as the
// first factor of a USER_AUTH sign-in, and as the second factor after a
// password. (The EMAIL_MFA of some API documentation was never seen; e-mail
// MFA arrives as EMAIL_OTP, says AWS's own integration test suite of
// amplify-swift.)
type EmailOTP struct {
	Issued

	// Delivery says where the code went.
	Delivery Delivery

	// Code is the code that the user received: 8 digits were seen as the
	// first factor. Required.
	Code Secret
}

var _ Challenge = (*EmailOTP)(nil)

// Name returns EMAIL_OTP.
func (c *EmailOTP) Name() types.ChallengeNameType { return types.ChallengeNameTypeEmailOtp }

func (c *EmailOTP) decode(d *decoder) { c.Delivery = d.delivery() }

func (c *EmailOTP) fields() []input {
	return []input{code("Code", "EMAIL_OTP_CODE", &c.Code)}
}

// ChallengeResponses implements [Challenge]; its own key is EMAIL_OTP_CODE.
func (c *EmailOTP) ChallengeResponses() (map[string]string, error) { return answer(c).done() }
