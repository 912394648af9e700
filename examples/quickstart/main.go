// Command quickstart is the program in the README.
//
//	USER_POOL_ID=… CLIENT_ID=… PASSWORD=… quickstart USERNAME
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/cognito-go/cognitoauth/challenge"
)

func main() {
	ctx := context.Background()
	aws, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		log.Fatal(err)
	}
	client, err := challenge.New(challenge.Config{
		UserPoolID: os.Getenv("USER_POOL_ID"),
		ClientID:   os.Getenv("CLIENT_ID"),
		Transport:  challenge.Public(cognitoidentityprovider.NewFromConfig(aws)),
	})
	if err != nil {
		log.Fatal(err)
	}
	step, err := client.Start(ctx, challenge.UserSRP{Username: os.Args[1], Password: challenge.NewSecret(os.Getenv("PASSWORD"))})
	for err == nil {
		switch s := step.(type) {
		case *challenge.Tokens:
			fmt.Println("signed in as", s.Username)
			return
		case *challenge.SMSMFA:
			var code string
			fmt.Print("Code sent to ", s.Delivery.Destination, ": ")
			fmt.Scanln(&code)
			s.Code = challenge.NewSecret(code)
			step, err = client.Respond(ctx, s)
		default:
			err = fmt.Errorf("this program can't answer %T", s)
		}
	}
	log.Fatal(err)
}
