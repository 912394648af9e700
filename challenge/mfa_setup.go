package challenge

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// MFASetup is MFA_SETUP: the pool requires a second factor and the user has
// none yet. It is answered in one of two ways.
//
// By an authenticator app: call [MFASetup.AssociateSoftwareToken], show the
// user its result, call [MFASetup.VerifySoftwareToken] with the code that the
// app then shows, and answer. The session moves on with each of these calls,
// and its time begins anew: what was marshalled or sealed before is old then.
//
// By e-mail: set Email and answer. [EmailOTP] follows, and its right code
// stores the address. (This way is not documented; AWS's own clients use it.)
//
// A second factor by SMS can't be set up here: store the user's phone number,
// and start the sign-in anew.
type MFASetup struct {
	Issued

	// CanSetup are the factors that Cognito lists: SOFTWARE_TOKEN_MFA,
	// EMAIL_OTP, SMS_MFA.
	CanSetup []types.ChallengeNameType

	// Token is what [MFASetup.AssociateSoftwareToken] returned last, for showing
	// it once more after a wrong code. [Marshal] keeps it.
	Token SoftwareToken

	// SoftwareTokenVerified says that Issued.Session is the one that a
	// successful VerifySoftwareToken returned. [MFASetup.VerifySoftwareToken]
	// sets it, and [Marshal] keeps it; those who call the SDK themselves set
	// both.
	SoftwareTokenVerified bool

	// Email is the address to set up, if that is how the user chose. Exactly
	// one of SoftwareTokenVerified and Email is required.
	Email string
}

var _ Challenge = (*MFASetup)(nil)

// Name returns MFA_SETUP.
func (c *MFASetup) Name() types.ChallengeNameType { return types.ChallengeNameTypeMfaSetup }

func (c *MFASetup) decode(d *decoder) { c.CanSetup = d.names("MFAS_CAN_SETUP") }

func (c *MFASetup) fields() []input {
	email := plain("Email", "EMAIL", &c.Email)
	email.Required, email.Ask, email.check = false, c.checkEmail("-") == "", c.checkEmail
	return []input{email}
}

func (c *MFASetup) checkEmail(value string) string {
	switch {
	case value == "":
		return ""
	case c.SoftwareTokenVerified:
		return "is given, but a software token was verified"
	case len(c.CanSetup) > 0 && !slices.Contains(c.CanSetup, types.ChallengeNameTypeEmailOtp):
		return "is given, but EMAIL_OTP is not among CanSetup"
	}
	return ""
}

// ChallengeResponses implements [Challenge]; its own key is EMAIL, if that is
// how the user chose.
func (c *MFASetup) ChallengeResponses() (map[string]string, error) {
	f := answer(c)
	if !c.SoftwareTokenVerified && c.Email == "" {
		f.fail("SoftwareTokenVerified", "Session", "is not set: verify a software token first, or give Email")
	}
	return f.done()
}

// AssociateSoftwareToken asks Cognito for the secret of a new authenticator.
// The form's session moves on to the one that Cognito returns. Calling it once
// more replaces the secret.
func (c *MFASetup) AssociateSoftwareToken(ctx context.Context, api SoftwareTokenAPI, optFns ...func(*cip.Options)) (SoftwareToken, error) {
	if c.Session.IsZero() {
		return SoftwareToken{}, &InvalidError{Challenge: c.Name(), Field: "Session", Key: "Session", Problem: "is required"}
	}
	token, session, err := associate(ctx, api, c.Name(), &cip.AssociateSoftwareTokenInput{
		Session: aws.String(c.Session.Reveal()),
	}, optFns)
	if err != nil {
		return SoftwareToken{}, err
	}
	c.Session, c.Token, c.SoftwareTokenVerified = session, token, false
	return token, nil
}

// VerifySoftwareToken finishes the enrolment with the code that the user's
// authenticator shows, and names the authenticator deviceName, which may be
// empty. Then the form is ready to be answered.
//
// After a wrong code ([BadCode]) call it again with another one; the session
// is still good.
func (c *MFASetup) VerifySoftwareToken(ctx context.Context, api SoftwareTokenAPI, code Secret, deviceName string, optFns ...func(*cip.Options)) error {
	f := newForm(InvalidError{Challenge: c.Name()})
	f.secret("Session", "Session", c.Session)
	session, err := verify(ctx, api, f, code, deviceName, optFns)
	if err != nil {
		return err
	}
	c.Session, c.SoftwareTokenVerified = session, true
	return nil
}
