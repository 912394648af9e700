package challenge

import (
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/cognito-go/cognitoauth/srp"
)

// PasswordClaim is what PASSWORD_VERIFIER and DEVICE_PASSWORD_VERIFIER share:
// the server's side of an SRP exchange, and the client's proof.
type PasswordClaim struct {
	// Salt and B are SALT and SRP_B, in hex.
	Salt, B string

	// SecretBlock is SECRET_BLOCK, in base64. It goes back to Cognito
	// unmodified.
	SecretBlock Secret

	// Signature and Timestamp prove the password. Prove fills them in; those
	// who compute them elsewhere set both. Required.
	Signature Secret
	Timestamp string
}

func (c *PasswordClaim) decode(d *decoder) {
	c.Salt, c.B, c.SecretBlock = d.get("SALT"), d.get("SRP_B"), NewSecret(d.get("SECRET_BLOCK"))
}

func (c *PasswordClaim) fields() []input {
	signature := input{
		Field: Field{Name: "Signature", Key: "PASSWORD_CLAIM_SIGNATURE", Kind: KindBase64, Required: true, Secret: true},
		place: &c.Signature, check: checkBase64,
	}
	block := input{
		Field: Field{Name: "SecretBlock", Key: "PASSWORD_CLAIM_SECRET_BLOCK", Kind: KindBase64, Required: true, Secret: true, Issued: true},
		place: &c.SecretBlock, check: checkBase64,
	}
	timestamp := plain("Timestamp", "TIMESTAMP", &c.Timestamp)
	timestamp.Kind, timestamp.check = KindTime, checkTime
	return []input{signature, block, timestamp}
}

func (c *PasswordClaim) prove(name types.ChallengeNameType, client *srp.Client, scope, identity, password string, at time.Time) error {
	if client == nil {
		return &InvalidError{Challenge: name, Field: "client", Problem: "is nil"}
	}
	signature, timestamp, err := client.Claim(srp.Challenge{
		Scope:       scope,
		Identity:    identity,
		Salt:        c.Salt,
		B:           c.B,
		SecretBlock: c.SecretBlock.Reveal(),
	}, password, at)
	if err != nil {
		return claimError(name, err)
	}
	c.Signature, c.Timestamp = NewSecret(signature), timestamp
	return nil
}

// claimError tells what the service sent wrongly from what the caller gave.
func claimError(name types.ChallengeNameType, err error) error {
	var param *srp.ParamError
	if !errors.As(err, &param) {
		return &MalformedError{Challenge: name, Problem: "makes no proof possible: " + err.Error(), Err: err}
	}
	problem := "makes no proof possible: " + param.Err.Error() // which holds no values
	switch param.Key {
	case "SALT", "SRP_B", "SECRET_BLOCK":
		return &MalformedError{Challenge: name, Key: param.Key, Problem: problem, Err: param.Err}
	}
	return &InvalidError{Challenge: name, Field: param.Key, Problem: problem}
}

// PasswordVerifier is PASSWORD_VERIFIER: Cognito sent its half of an SRP
// exchange and waits a few seconds for the proof of the password.
//
// A [Client] answers it by itself when the password came with the same call,
// so it surfaces only for those who began the exchange on their own. They keep
// the [srp.Client] whose A they sent, call Prove with it, and send the answer.
// There is no second try: after a wrong proof ([BadCredentials]) the sign-in
// starts anew.
type PasswordVerifier struct {
	Issued
	PasswordClaim

	// UserIDForSRP is USER_ID_FOR_SRP, the name that the proof is about. It is
	// the user's real name in the pool, also where the user typed an alias.
	// When it is empty, the proof is about Issued.Username.
	UserIDForSRP string
}

var _ Challenge = (*PasswordVerifier)(nil)

// Name returns PASSWORD_VERIFIER.
func (c *PasswordVerifier) Name() types.ChallengeNameType {
	return types.ChallengeNameTypePasswordVerifier
}

// In USER_SRP_AUTH Cognito sends none; its state is in SECRET_BLOCK.
func (c *PasswordVerifier) sessionOptional() bool { return true }

func (c *PasswordVerifier) decode(d *decoder) {
	c.PasswordClaim.decode(d)
	c.UserIDForSRP = d.get("USER_ID_FOR_SRP")
}

// Prove fills in Signature and Timestamp. client is the one whose A was sent as
// SRP_A, userPoolID the pool's ID with its region ("eu-west-1_AbCdEfGhI"), at
// the time of signing, which must be near the service's own: take time.Now().
//
// It returns a [*MalformedError] when what Cognito sent makes no proof
// possible, and an [*InvalidError] when an argument does.
func (c *PasswordVerifier) Prove(client *srp.Client, userPoolID string, password Secret, at time.Time) error {
	scope, err := srp.PoolName(userPoolID)
	if err != nil {
		return &InvalidError{Challenge: c.Name(), Field: "userPoolID", Problem: "is no user pool ID"}
	}
	identity := c.UserIDForSRP
	if identity == "" {
		identity = c.Username
	}
	return c.prove(c.Name(), client, scope, identity, password.Reveal(), at)
}

// ChallengeResponses implements [Challenge]; its own keys are
// PASSWORD_CLAIM_SIGNATURE, PASSWORD_CLAIM_SECRET_BLOCK and TIMESTAMP.
func (c *PasswordVerifier) ChallengeResponses() (map[string]string, error) { return answer(c).done() }
