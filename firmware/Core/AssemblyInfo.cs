using System.Runtime.CompilerServices;

// The unit tests that also run on the virtual device, tests/FirmwareNano.
[assembly: InternalsVisibleTo("NFUnitTest")]
