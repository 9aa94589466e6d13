// Boards and service share this process: what one test keeps busy, another would take for an outage.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
