// Names for the types of the host System.IO.Streams: .NET has others of the same names.
extern alias nano;

global using NanoSeekOrigin = nano::System.IO.SeekOrigin;
global using NanoStream = nano::System.IO.Stream;
