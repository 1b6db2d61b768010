//go:build banyan_sync_off

package db

// synchronous OFF loses acknowledged writes in a power cut. It is there for test/crash alone, to show that the loss is found.
const synchronous = "OFF"
