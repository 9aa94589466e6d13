using nanoFramework.TestFramework;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>
    /// The device code on inputs that are the same everywhere. What it prints must be tests/FirmwareNano/transcript.txt,
    /// in the simulator and on the virtual device.
    /// </summary>
    [TestClass]
    public class DifferentialRun
    {
        /// <summary>Reports.</summary>
        [TestMethod]
        public static void Reports()
        {
            new ReportCases().Run();
        }
    }
}
