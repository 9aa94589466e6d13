using System;
using System.Reflection;
using System.Text;
using LumenLink.Beacon.Provisioning;
using LumenLink.Beacon.Security;
using LumenLink.Protocol;
using nanoFramework.Runtime.Native;

namespace LumenLink.Beacon
{
    /// <summary>
    /// What the beacon states about itself. The measurement is over one line "name version" for each of our assemblies,
    /// in the order Protocol, Core, Beacon, each ended by a line feed; the configuration's hash leaves out secrets, and
    /// goes over the signed text behind the file.
    /// </summary>
    public static class FirmwareClaims
    {
        /// <summary>Name of this firmware.</summary>
        public const string Name = "lumenlink-beacon";

        /// <summary>Gathers the claims.</summary>
        /// <param name="config">The configuration.</param>
        /// <param name="file">The file's bytes; null if there are none.</param>
        /// <param name="signed">The signed text in effect; null if there is none.</param>
        public static DeviceClaims Gather(BeaconConfig config, byte[]? file, byte[]? signed)
        {
            DeviceClaims claims = new DeviceClaims(new BeaconIdentity(), config.HardwareModel);
            claims.SwName = Name;
            claims.SwVersion = VersionOf(typeof(BeaconComposition));
            claims.ClrVersion = SystemInfo.Version.ToString();
            claims.Target = SystemInfo.TargetName;

            string lines = LineOf(typeof(WireVersion)) + LineOf(typeof(BeaconLoop)) + LineOf(typeof(BeaconComposition));
            byte[] measured = Encoding.UTF8.GetBytes(lines);
            claims.Measure(measured, measured.Length);
            if (file != null)
            {
                int more = signed == null ? 0 : signed.Length;
                byte[] shown = new byte[file.Length + 1 + more];
                int length = ConfigParser.WithoutSecrets(file, shown);
                if (signed != null)
                {
                    Array.Copy(signed, 0, shown, length, more);
                }

                claims.MeasureConfig(shown, length + more);
            }

            return claims;
        }

        private static string LineOf(Type type)
        {
            return Assembly.GetAssembly(type).GetName().Name + " " + VersionOf(type) + "\n";
        }

        private static string VersionOf(Type type)
        {
            return Assembly.GetAssembly(type).GetName().Version.ToString();
        }
    }
}
