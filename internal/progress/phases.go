package progress

// Phases shows tasks of which one follows the other. The zero value is ready to use; it
// must not be used concurrently.
type Phases struct {
	title string
	task  *Task
}

// Set says how many steps of the task with a title are done. Another title ends the
// task before.
func (p *Phases) Set(title string, done, total uint64) {
	if p.task == nil || p.title != title {
		p.Done()
		p.title, p.task = title, Start(title, int(total))
	}
	p.task.Set(done)
}

// Done ends the last task.
func (p *Phases) Done() {
	if p.task != nil {
		p.task.Done()
		p.task = nil
	}
}
