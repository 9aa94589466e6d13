using System.Reflection;

// The nanoFramework project system writes no version into an assembly by itself: it would be 0.0.0.0 on the board, and
// the measurement that a beacon states another than that of the simulator. The .csproj files take theirs from
// VersionPrefix in Directory.Build.props; a test holds the two equal.
[assembly: AssemblyVersion("0.1.0.0")]
