// A client for Go 1.21 and later. Settings: ALLSCALE_BASE_URL, ALLSCALE_API_KEY, ALLSCALE_API_SECRET.
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

func sha256Hex(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func sign(lines ...string) string {
	mac := hmac.New(sha256.New, []byte(os.Getenv("ALLSCALE_API_SECRET")))
	mac.Write([]byte(strings.Join(lines, "\n")))
	return "v1=" + base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

func call(method, path string, body []byte) ([]byte, error) {
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		return nil, err
	}
	timestamp, nonce := strconv.FormatInt(time.Now().Unix(), 10), hex.EncodeToString(random)
	request, err := http.NewRequest(method, os.Getenv("ALLSCALE_BASE_URL")+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-API-Key", os.Getenv("ALLSCALE_API_KEY"))
	request.Header.Set("X-Timestamp", timestamp)
	request.Header.Set("X-Nonce", nonce)
	request.Header.Set("X-Signature", sign(method, path, "", timestamp, nonce, sha256Hex(body)))
	response, err := (&http.Client{Timeout: 10 * time.Second}).Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	return io.ReadAll(response.Body)
}

// target: path and query of your webhook URL; rawBody: the raw bytes, before any JSON parser.
func verify(target, id, timestamp, nonce, signature string, rawBody []byte) bool {
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	age := time.Now().Unix() - seconds
	if err != nil || age > 300 || age < -60 {
		return false
	}
	path, query, _ := strings.Cut(target, "?")
	expected := sign("allscale:webhook:v1", "POST", path, query, id, timestamp, nonce, sha256Hex(rawBody))
	return hmac.Equal([]byte(expected), []byte(signature))
}

func main() {
	switch os.Args[1] {
	case "create":
		order := `{"currency":1,"amount_cents":1250,"accepted_stable_coins":[1,2],"order_id":"A-1001"}`
		response, err := call("POST", "/v1/checkout_intents/", []byte(order))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Println(string(response))
	case "verify":
		body, err := os.ReadFile(os.Args[7])
		if err != nil || !verify(os.Args[2], os.Args[3], os.Args[4], os.Args[5], os.Args[6], body) {
			fmt.Println("rejected")
			os.Exit(1)
		}
		fmt.Println("genuine")
	}
}
