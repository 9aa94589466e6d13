// Each test here runs a service and a fleet of its own: one at a time.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
