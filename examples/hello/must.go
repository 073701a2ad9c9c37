package main

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func must2[T, U any](t T, u U, err error) (T, U) { return must(t, err), u }
