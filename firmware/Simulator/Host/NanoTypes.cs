// Names for the types of the host mscorlib: .NET has others of the same names in the same namespaces.
extern alias nano;

global using NanoDateTime = nano::System.DateTime;
global using NanoGuid = nano::System.Guid;
global using NanoIOException = nano::System.IO.IOException;
global using NanoManualResetEvent = nano::System.Threading.ManualResetEvent;
global using NanoTimeSpan = nano::System.TimeSpan;
global using NanoWaitHandle = nano::System.Threading.WaitHandle;
global using SpanByte = nano::System.SpanByte;
