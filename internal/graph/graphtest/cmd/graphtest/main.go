// Command graphtest serves a snapshot as Microsoft Graph and Azure would, on
// loopback, for trying the live commands by hand:
//
//	go run ./internal/graph/graphtest/cmd/graphtest fixtures/contoso
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"time"

	"github.com/ztagent/ztagent/internal/graph/graphtest"
)

func main() {
	pages := flag.Int("page-cap", 0, "longest `page`; 0 is Graph's own")
	latency := flag.Duration("latency", 0, "how long every answer takes")
	rates := flag.Bool("rates", false, "enforce the rates of Conditional Access and the reports")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: graphtest [flags] SNAPSHOT")
		os.Exit(2)
	}
	if err := serve(flag.Arg(0), *pages, *latency, *rates); err != nil {
		fmt.Fprintln(os.Stderr, "graphtest:", err)
		os.Exit(1)
	}
}

func serve(snapshot string, pages int, latency time.Duration, rates bool) error {
	s, err := graphtest.New(graphtest.Options{Snapshot: os.DirFS(snapshot), PageCap: pages, Latency: latency, Rates: rates})
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Printf("export ZTAGENT_GRAPH_ENDPOINT=%s ZTAGENT_ARM_ENDPOINT=%s\n", s.URL, s.URL)
	fmt.Printf("export ZTAGENT_GRAPH_TOKEN=%s\nexport ZTAGENT_ARM_TOKEN=$ZTAGENT_GRAPH_TOKEN\n", s.Token())
	end := make(chan os.Signal, 1)
	signal.Notify(end, os.Interrupt)
	<-end
	return nil
}
