package tenant

type dataFile struct{}
