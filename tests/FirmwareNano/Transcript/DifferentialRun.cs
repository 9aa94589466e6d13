using nanoFramework.TestFramework;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>
    /// The device code on inputs that are the same everywhere. What it prints must be
    /// tests/FirmwareNano/transcript.txt, in the simulator and on the virtual device.
    /// </summary>
    [TestClass]
    public class DifferentialRun
    {
        /// <summary>The encoder of reports.</summary>
        [TestMethod]
        public static void Reports()
        {
            new ReportCases().Run();
        }

        /// <summary>Frames of both directions.</summary>
        [TestMethod]
        public static void Frames()
        {
            new FrameCases().Run();
        }

        /// <summary>SHA-256, which every other line rests on, and HKDF.</summary>
        [TestMethod]
        public static void Hashes()
        {
            HashCases cases = new HashCases();
            Assert.IsTrue(cases.KnowsTheExample());
            cases.Run();
        }

        /// <summary>Advertisements and filters.</summary>
        [TestMethod]
        public static void Radios()
        {
            new RadioCases().Run();
        }

        /// <summary>Configuration files, topics, packets of Improv.</summary>
        [TestMethod]
        public static void Texts()
        {
            new TextCases().Run();
        }

        /// <summary>The driver of the secure element.</summary>
        [TestMethod]
        public static void Chips()
        {
            new ChipCases().Run();
        }

        /// <summary>From the ring to the receipt.</summary>
        [TestMethod]
        public static void Beacons()
        {
            new BeaconCases().Run();
        }

        /// <summary>The managed P-256, which must also know the example of RFC 6979.</summary>
        [TestMethod]
        public static void Curves()
        {
            CurveCases cases = new CurveCases();
            Assert.IsTrue(cases.KnowsTheExample());
            cases.Run();
        }

        /// <summary>Signed configurations and commands: frames, what is kept of them, what becomes of them.</summary>
        [TestMethod]
        public static void Controls()
        {
            new ControlFrameCases().Run();
            new ControlCases().Run();
            DeskCases desk = new DeskCases();
            desk.Run();
            Assert.IsTrue(desk.HasAccepted);
        }

        /// <summary>Lines of diagnostics.</summary>
        [TestMethod]
        public static void Lines()
        {
            new LineCases().Run();
        }
    }
}
