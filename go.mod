module github.com/cognito-go/cognitoauth

go 1.25.0
