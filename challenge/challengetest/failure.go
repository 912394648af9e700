package challengetest

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// A failure is an error of the service: the code and the text that go over the
// wire. Each text is written once, here.
//
// Where the texts come from: "captured" are the exchanges with the service
// published in github.com/radkawar/stackd (testdata/aws/cognito, 2026-09-24);
// "seen" are texts that public code matches on or issue threads report;
// "unsure" are our own wording for a case of which no text is known.
type failure struct {
	code, text string
	status     int
}

func (f *failure) Error() string { return f.code + ": " + f.text }

// body returns the failure as JSON.
func (f *failure) body() []byte {
	return marshal(struct {
		Type string `json:"__type"`
		Text string `json:"message,omitempty"`
	}{f.code, f.text})
}

func fail(code, text string) *failure { return &failure{code, text, http.StatusBadRequest} }

func notAuthorized(text string) *failure { return fail("NotAuthorizedException", text) }

func invalidParameter(text string) *failure { return fail("InvalidParameterException", text) }

var (
	// The request itself.
	missingAuthentication = fail("MissingAuthenticationTokenException", "Missing Authentication Token")                              // captured
	internalError         = &failure{"InternalErrorException", "Internal server error.", http.StatusInternalServerError}             // aws-amplify/aws-sdk-android#2022
	throttled             = fail("TooManyRequestsException", "Rate exceeded")                                                        // aws-amplify/amplify-js#3554
	tooLarge              = &failure{"RequestEntityTooLargeException", "Request entity too large", http.StatusRequestEntityTooLarge} // unsure

	// Passwords and users.
	badCredentials = notAuthorized("Incorrect username or password.")                                                                     // captured
	userNotFound   = fail("UserNotFoundException", "User does not exist.")                                                                // captured
	userDisabled   = notAuthorized("User is disabled.")                                                                                   // captured, for a refresh and GetUser too
	flowNotOffered = invalidParameter("Initiate Auth method not supported.")                                                              // captured
	passwordLocked = notAuthorized("Password attempts exceeded")                                                                          // amazon-archives/amazon-cognito-identity-js#506
	codesLocked    = notAuthorized("Too many invalid credentials attempts. User temporarily locked. Please try again after few seconds.") // seen

	userNotConfirmed      = fail("UserNotConfirmedException", "User is not confirmed.")                            // aws/aws-sdk-js#4608
	passwordResetRequired = fail("PasswordResetRequiredException", "Password reset required for the user")         // the text is several emulators'
	temporaryExpired      = notAuthorized("Temporary password has expired and must be reset by an administrator.") // seen
	passwordUsed          = fail("PasswordHistoryPolicyViolationException", "Password has previously been used")   // seen

	// What the password policy asks for.
	passwordTooShort = policyViolation("Password not long enough")                // captured
	passwordNoUpper  = policyViolation("Password must have uppercase characters") // captured
	passwordNoLower  = policyViolation("Password must have lowercase characters") // seen
	passwordNoNumber = policyViolation("Password must have numeric characters")   // seen
	passwordNoSymbol = policyViolation("Password must have symbol characters")    // seen

	// Sessions. The first was seen live 3 min 54 s after a challenge, the second
	// is captured; the third is what a garbled session, another user's, or
	// another challenge's gets (aws-amplify/amplify-js#5834, #6461).
	sessionExpired = notAuthorized("Invalid session for the user, session is expired.")
	sessionSpent   = notAuthorized("Invalid session for the user, session can only be used once.")
	sessionInvalid = notAuthorized("Invalid session for the user.")

	// First factors of USER_AUTH.
	preferenceUnknown = invalidParameter("Invalid PREFERRED_CHALLENGE.")                    // unsure
	choiceNotOffered  = invalidParameter("Invalid challenge selected.")                     // unsure
	nothingToChoose   = notAuthorized("No authentication factor is available to the user.") // unsure

	// Passkeys. The codes are those that the SDK declares for registration; the
	// service's texts are not known (unsure, all of them). To sign in there is
	// one code, see refusePasskey.
	passkeysDisabled    = fail("WebAuthnNotEnabledException", "Passkeys are not enabled for the user pool.")
	passkeyChallenge    = fail("WebAuthnChallengeNotFoundException", "The challenge is not the one that was issued, or has expired.")
	passkeyClient       = fail("WebAuthnClientMismatchException", "The registration was started with an access token of another app client.")
	passkeyOrigin       = fail("WebAuthnOriginNotAllowedException", "The origin does not belong to the relying party.")
	passkeyRelyingParty = fail("WebAuthnRelyingPartyMismatchException", "The passkey is for another relying party.")
	passkeyKey          = fail("WebAuthnCredentialNotSupportedException", "The public key is not one of ES256 or RS256.")
	passkeyAttestation  = fail("WebAuthnCredentialNotSupportedException", "The attestation is neither none nor by the passkey itself.")
	passkeyUnverified   = fail("WebAuthnCredentialNotSupportedException", "The authenticator did not verify the user.")
	passkeyNobody       = badCredential("the authenticator saw no user")
	passkeyTaken        = badCredential("it is registered already")
	tooManyPasskeys     = fail("LimitExceededException", "The user has the maximum number of passkeys.")
	passkeyNotFound     = fail("ResourceNotFoundException", "The user has no such passkey.")
	passkeyUnknown      = badCredential("the user has no such passkey")
	passkeyHandle       = badCredential("userHandle is another user's")
	passkeySignature    = badCredential("the signature is wrong")
	passkeyCloned       = badCredential("the signature counter did not grow")

	// Second factors.
	badMessageCode   = fail("CodeMismatchException", "Invalid code or auth state for the user.")        // seen live, six times with one session
	badTokenCode     = fail("CodeMismatchException", "Invalid code received for user")                  // seen
	tokenCodeReused  = fail("ExpiredCodeException", "Your software token has already been used once.")  // moto's tests against AWS
	factorNotOffered = invalidParameter("Invalid MFA type selected.")                                   // unsure
	badEnrolmentCode = fail("EnableSoftwareTokenMFAException", "Code mismatch")                         // aws-amplify/aws-amplify-auth-starters#15
	tokenNotEnabled  = softwareTokenNotFound("Software Token MFA has not been enabled by the userPool") // developer guide, "TOTP software token MFA"
	tokenNotEnrolled = softwareTokenNotFound("Software Token MFA does not exist for the user.")         // amazon-archives/amazon-cognito-identity-js#630
	badSetupAddress  = invalidParameter("Invalid email address format.")                                // unsure
	notOneOwner      = invalidParameter("Exactly one of AccessToken and Session is required")           // unsure

	// Tokens.
	badAccessToken    = notAuthorized("Invalid Access Token")                        // captured
	badTokenSignature = notAuthorized("Could not verify signature for Access Token") // captured
	accessExpired     = notAuthorized("Access Token has expired")                    // seen
)

// badCredential is a passkey's answer that makes no sense (unsure).
func badCredential(problem string) *failure {
	return invalidParameter("Invalid passkey credential: " + problem)
}

// refusePasskey is what WEB_AUTHN answers to a credential that is well-formed
// and wrong. Of the errors that RespondToAuthChallenge declares none else is
// left; the text, which the service's is not, tells a test what it did wrong.
func refusePasskey(err error) *failure {
	var f *failure
	if !errors.As(err, &f) {
		return internalError
	}
	return notAuthorized("Passkey sign-in failed: " + f.text)
}

func softwareTokenNotFound(text string) *failure {
	return fail("SoftwareTokenMFANotFoundException", text)
}

// policyViolation is what NEW_PASSWORD_REQUIRED answers (captured); sign-up
// says "did not conform with policy".
func policyViolation(rule string) *failure {
	return fail("InvalidPasswordException", "Password does not conform to policy: "+rule)
}

// Captured for USERNAME, PASSWORD and SRP_A; reported for REFRESH_TOKEN and,
// when it is empty, for Session (aws-amplify/amplify-js#758).
func missingParameter(key string) *failure {
	return invalidParameter("Missing required parameter " + key)
}

// invalidMember is the service's model validation. The text never repeats the
// value.
func invalidMember(member, constraint string) *failure {
	return invalidParameter("1 validation error detected: Value at '" + member +
		"' failed to satisfy constraint: Member must " + constraint)
}

func notInEnum[T ~string](member string, values []T) *failure {
	names := make([]string, len(values))
	for i, v := range values {
		names[i] = string(v)
	}
	return invalidMember(member, "satisfy enum value set: ["+strings.Join(names, ", ")+"]")
}

// The service knows operations that the pool does not, so the text says who
// does not know it.
func unknownOperation(name string) *failure {
	return fail("UnknownOperationException", fmt.Sprintf("challengetest has no operation %.64q", name))
}

func serialization(err error) *failure {
	return fail("SerializationException", err.Error()) // unsure
}

// Captured, all three.
func poolNotFound(id string) *failure {
	return fail("ResourceNotFoundException", fmt.Sprintf("User pool %s does not exist.", id))
}

func clientNotFound(id string) *failure {
	return fail("ResourceNotFoundException", fmt.Sprintf("User pool client %s does not exist.", id))
}

func clientNotInPool(id, poolID string) *failure {
	return fail("ResourceNotFoundException", fmt.Sprintf("User pool client %s does not exist in user pool %s.", id, poolID))
}

// Captured, both. A hash for a client without a secret is answered with the
// first (unsure).
func badSecretHash(clientID string) *failure {
	return notAuthorized("Unable to verify secret hash for client " + clientID)
}

func missingSecretHash(clientID string) *failure {
	return notAuthorized(fmt.Sprintf("Client %s is configured with secret but SECRET_HASH was not received", clientID))
}

// Seen: what REFRESH_TOKEN_AUTH says.
func badRefreshHash(clientID string) *failure {
	return notAuthorized("SecretHash does not match for the client: " + clientID)
}

// kdgregory/example-cognito-java#1.
func attributeMissing(name string) *failure {
	return invalidParameter(fmt.Sprintf("Invalid attributes given, %s is missing", name))
}

// aws-samples/aws-saas-factory-bootcamp#67: NotAuthorizedException since 2022,
// not InvalidParameterException.
func attributeProvided(name string) *failure {
	return notAuthorized("Cannot modify an already provided " + name)
}

// aws-amplify/aws-sdk-ios#2203.
func attributeImmutable(name string) *failure {
	return invalidParameter("Cannot modify the non-mutable attribute " + name)
}

// The wording is unsure, the code is in the API reference of
// RespondToAuthChallenge.
func aliasExists(attribute string) *failure {
	return fail("AliasExistsException", fmt.Sprintf("An account with the %s already exists.", attribute))
}

// Seen.
func noDelivery(factor string) *failure {
	return invalidParameter("User does not have delivery config set to turn on " + factor)
}
