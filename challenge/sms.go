package challenge

import "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

// SMSMFA is SMS_MFA: the second factor is a code in a text message, which
// Cognito has sent by now.
//
// After a wrong code ([BadCode]) the same form can be filled in and sent again.
// There is no way to have a code sent again but to start the sign-in anew.
type SMSMFA struct {
	Issued

	// Delivery says where the code went.
	Delivery Delivery

	// Code is the code that the user received. Required.
	Code Secret
}

var _ Challenge = (*SMSMFA)(nil)

// Name returns SMS_MFA.
func (c *SMSMFA) Name() types.ChallengeNameType { return types.ChallengeNameTypeSmsMfa }

func (c *SMSMFA) decode(d *decoder) { c.Delivery = d.delivery() }

func (c *SMSMFA) fields() []input {
	return []input{code("Code", "SMS_MFA_CODE", &c.Code)}
}

// ChallengeResponses implements [Challenge]; its own key is SMS_MFA_CODE.
func (c *SMSMFA) ChallengeResponses() (map[string]string, error) { return answer(c).done() }

// SMSOTP is SMS_OTP: the first factor of a USER_AUTH sign-in is a code in a
// text message, which Cognito has sent by now. It differs from [SMSMFA] in its
// role and in its key.
type SMSOTP struct {
	Issued

	// Delivery says where the code went.
	Delivery Delivery

	// Code is the code that the user received. Required.
	Code Secret
}

var _ Challenge = (*SMSOTP)(nil)

// Name returns SMS_OTP.
func (c *SMSOTP) Name() types.ChallengeNameType { return types.ChallengeNameTypeSmsOtp }

func (c *SMSOTP) decode(d *decoder) { c.Delivery = d.delivery() }

func (c *SMSOTP) fields() []input {
	return []input{code("Code", "SMS_OTP_CODE", &c.Code)}
}

// ChallengeResponses implements [Challenge]; its own key is SMS_OTP_CODE.
func (c *SMSOTP) ChallengeResponses() (map[string]string, error) { return answer(c).done() }
