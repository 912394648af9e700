// Command quickstart is the program in the README.
//
//	AWS_REGION=… USER_POOL_ID=… CLIENT_ID=… PASSWORD=… quickstart
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-go/cognitoauth/challenge"
)

func main() {
	client, err := challenge.New(challenge.Config{
		UserPoolID: os.Getenv("USER_POOL_ID"),
		ClientID:   os.Getenv("CLIENT_ID"),
		Transport:  challenge.Public(cip.New(cip.Options{Region: os.Getenv("AWS_REGION")})),
	})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	alice := challenge.UserSRP{Username: "alice", Password: challenge.NewSecret(os.Getenv("PASSWORD"))}
	for step, err := client.Start(ctx, alice); ; {
		switch s := step.(type) {
		case *challenge.SMSMFA:
			fmt.Print("Code sent to ", s.Delivery.Destination, ": ")
			var code string
			fmt.Scanln(&code)
			s.Code = challenge.NewSecret(code)
			step, err = client.Respond(ctx, s)
		case *challenge.Tokens:
			fmt.Println("signed in as", s.Username)
			return
		default:
			log.Fatalf("can't go on: %T, %v", step, err)
		}
	}
}
