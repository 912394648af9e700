package challenge

import "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

// SoftwareTokenMFA is SOFTWARE_TOKEN_MFA: the second factor is the current
// code of the user's authenticator app (TOTP, RFC 6238).
//
// A code counts once in its 30 seconds, and that includes the one that
// finished an enrolment. A second use is answered with [CodeReused]; ask for
// the next code then and send the same form again.
type SoftwareTokenMFA struct {
	Issued

	// DeviceName is the name under which the authenticator was enrolled. It
	// can be empty.
	DeviceName string

	// Code is the app's current code, six digits. Required.
	Code Secret
}

var _ Challenge = (*SoftwareTokenMFA)(nil)

// Name returns SOFTWARE_TOKEN_MFA.
func (c *SoftwareTokenMFA) Name() types.ChallengeNameType {
	return types.ChallengeNameTypeSoftwareTokenMfa
}

func (c *SoftwareTokenMFA) decode(d *decoder) { c.DeviceName = d.get("FRIENDLY_DEVICE_NAME") }

func (c *SoftwareTokenMFA) fields() []input {
	return []input{totp("Code", "SOFTWARE_TOKEN_MFA_CODE", &c.Code)}
}

// ChallengeResponses implements [Challenge]; its own key is
// SOFTWARE_TOKEN_MFA_CODE.
func (c *SoftwareTokenMFA) ChallengeResponses() (map[string]string, error) { return answer(c).done() }
