using LumenLink.Protocol;
using nanoFramework.TestFramework;

namespace LumenLink.Tests.FirmwareNano
{
    /// <summary>The device reads the golden command and configuration, and acknowledges as the golden frame.</summary>
    [TestClass]
    public class ControlTests
    {
        /// <summary>Every field, numbers of 64 bits too.</summary>
        [TestMethod]
        public static void The_golden_command_is_read()
        {
            byte[] bytes = Transcript.FromHex(GoldenFrames.CommandOk);
            CommandFrame command = new CommandFrame();
            Assert.AreEqual((int)WireError.None, (int)command.Read(bytes, 0, bytes.Length));
            Assert.IsTrue(command.SessionId == 0x11223344 && command.CommandId == 41);
            Assert.IsTrue(command.ExpiresUnixMs == 1790000600000);
            Assert.AreEqual((int)BeaconCommand.Identify, (int)command.Command);
            Assert.AreEqual(30, (int)command.Argument);
        }

        /// <summary>The text stays in the frame's buffer.</summary>
        [TestMethod]
        public static void The_golden_configuration_is_read()
        {
            const string text = "report_ms=30000\nfilter_rssi_floor=-90\n";
            byte[] bytes = Transcript.FromHex(GoldenFrames.ConfigOk);
            ConfigFrame config = new ConfigFrame();
            Assert.AreEqual((int)WireError.None, (int)config.Read(bytes, 0, bytes.Length));
            Assert.IsTrue(config.Version == 5 && config.Text == bytes);
            Assert.AreEqual(text.Length, config.TextLength);
            for (int i = 0; i < text.Length; i++)
            {
                Assert.AreEqual((int)text[i], (int)config.Text[config.TextOffset + i]);
            }
        }

        /// <summary>Byte for byte but for the tag: the virtual device has no HMAC.</summary>
        [TestMethod]
        public static void The_acknowledgement_is_the_golden_frame()
        {
            CommandAckFrame ack = new CommandAckFrame();
            ack.SessionId = 0x11223344;
            ack.Subject = ControlSubject.Configuration;
            ack.Number = 5;
            ack.Outcome = ControlOutcome.TextInvalid;
            Assert.IsTrue(ack.Detail.Set("report_ms"));
            byte[] expected = Transcript.FromHex(GoldenFrames.CommandAckOk);
            byte[] frame = new byte[expected.Length];
            Assert.AreEqual(expected.Length, ack.Write(frame, 0));
            for (int i = 0; i < FrameTag.Offset(expected.Length); i++)
            {
                Assert.AreEqual(expected[i], frame[i], "at byte " + i.ToString());
            }
        }
    }
}
