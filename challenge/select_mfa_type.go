package challenge

import "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

// SelectMFAType is SELECT_MFA_TYPE: the user has several second factors and
// chooses one. Cognito sends the code, if the choice needs one, when it gets
// this answer.
type SelectMFAType struct {
	Issued

	// CanChoose are the factors as Cognito lists them: SMS_MFA,
	// SOFTWARE_TOKEN_MFA and, for e-mail, EMAIL_OTP.
	CanChoose []types.ChallengeNameType

	// Answer is the chosen one. It is sent exactly as it stands in CanChoose
	// (API documentation also has the name EMAIL_MFA, which is not proven to
	// be accepted). Required.
	Answer types.ChallengeNameType
}

var _ Challenge = (*SelectMFAType)(nil)

// Name returns SELECT_MFA_TYPE.
func (c *SelectMFAType) Name() types.ChallengeNameType { return types.ChallengeNameTypeSelectMfaType }

func (c *SelectMFAType) decode(d *decoder) { c.CanChoose = d.names("MFAS_CAN_CHOOSE") }

func (c *SelectMFAType) fields() []input {
	return []input{choice("Answer", "ANSWER", &c.Answer, c.CanChoose)}
}

// ChallengeResponses implements [Challenge]; its own key is ANSWER.
func (c *SelectMFAType) ChallengeResponses() (map[string]string, error) { return answer(c).done() }
