package synth

// kind keeps apart the ids that the bulk generator derives from an index.
type kind uint16
