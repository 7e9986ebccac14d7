// Command hello is what a program costs that does next to nothing: the measure of
// how long the command takes to start.
package main

import "fmt"

func main() { fmt.Println("hello, world") }
