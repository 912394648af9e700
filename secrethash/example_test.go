package secrethash_test

import (
	"fmt"

	"github.com/cognito-go/cognitoauth/secrethash"
)

func ExampleCompute() {
	// In a program the secret comes from a secret store, not from the source.
	clientSecret := "secret"

	// The user typed an e-mail address, but Cognito returned another name with
	// its challenge. The answer and its hash are for that one.
	params := map[string]string{"USER_ID_FOR_SRP": "alice"}

	responses := map[string]string{"SMS_MFA_CODE": "123456"}
	responses["USERNAME"] = params["USER_ID_FOR_SRP"]
	responses["SECRET_HASH"] = secrethash.Compute(clientSecret, responses["USERNAME"], "demo")
	fmt.Println(responses["SECRET_HASH"])
	// Output: +OoUSJhUalr3YVUy5rADZBmsbE3pwNFXUKNCe34IQxs=
}
