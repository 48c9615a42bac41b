//! Where each part listens: always on 127.0.0.1.

use super::Result;

/// The ports of a house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ports {
    /// Print clients: IPP, and IPP over TLS.
    pub print: u16,
    /// The pages (HTTPS).
    pub web: u16,
    /// Stations.
    pub station: u16,
    /// Health and metrics.
    pub manage: u16,
    /// The station's touch page.
    pub page: u16,
    /// The two printers.
    pub mfps: [MfpPorts; 2],
}

/// The ports of one printer in software.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MfpPorts {
    /// IPP.
    pub ipp: u16,
    /// Where it is told to fail and asked what it did.
    pub control: u16,
}

/// The ports that everybody finds the demo at.
pub const DEMO: Ports = Ports {
    print: 8631,
    web: 8443,
    station: 8632,
    manage: 8633,
    page: 8634,
    mfps: [MfpPorts { ipp: 8640, control: 8641 }, MfpPorts { ipp: 8642, control: 8643 }],
};

/// The environment's names for single ports of the demo, in the order of [`Ports::all`].
pub const VARIABLES: [&str; 9] = [
    "FOLLOWME_DEMO_PRINT_PORT",
    "FOLLOWME_DEMO_WEB_PORT",
    "FOLLOWME_DEMO_STATION_PORT",
    "FOLLOWME_DEMO_MANAGE_PORT",
    "FOLLOWME_DEMO_PAGE_PORT",
    "FOLLOWME_DEMO_MFP1_PORT",
    "FOLLOWME_DEMO_MFP1_CONTROL_PORT",
    "FOLLOWME_DEMO_MFP2_PORT",
    "FOLLOWME_DEMO_MFP2_CONTROL_PORT",
];

/// The environment's name for the first of nine ports in a row.
pub const BASE_VARIABLE: &str = "FOLLOWME_DEMO_PORT_BASE";

impl Ports {
    /// Ports that nobody listens on.
    #[must_use]
    pub fn free() -> Ports {
        Ports::of(std::array::from_fn(|_| real_parts::ports::free()))
    }

    /// The demo's ports: the usual ones, or what the environment says instead.
    ///
    /// # Errors
    /// When a variable holds no port, or two parts would get the same.
    pub fn from_environment(variable: impl Fn(&str) -> Option<String>) -> Result<Ports> {
        let number = |name: &str| match variable(name) {
            None => Ok(None),
            Some(text) => match text.trim().parse::<u16>() {
                Ok(port) if port > 0 => Ok(Some(port)),
                _ => Err(format!("{name}: \"{text}\" is not a port; use 1 to 65535")),
            },
        };
        let mut all = DEMO.all();
        if let Some(base) = number(BASE_VARIABLE)? {
            for (place, port) in (0_u16..).zip(&mut all) {
                *port = base.checked_add(place).ok_or_else(|| {
                    format!("{BASE_VARIABLE}: {base} leaves no room for nine ports")
                })?;
            }
        }
        for (port, name) in all.iter_mut().zip(VARIABLES) {
            *port = number(name)?.unwrap_or(*port);
        }
        let mut sorted = all;
        sorted.sort_unstable();
        if let Some(twice) = sorted.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(format!("two parts cannot both listen on port {}", twice[0]));
        }
        Ok(Ports::of(all))
    }

    /// All of them, in the order of [`VARIABLES`].
    #[must_use]
    pub fn all(&self) -> [u16; 9] {
        let [first, second] = self.mfps;
        [
            self.print,
            self.web,
            self.station,
            self.manage,
            self.page,
            first.ipp,
            first.control,
            second.ipp,
            second.control,
        ]
    }

    fn of(all: [u16; 9]) -> Ports {
        let [print, web, station, manage, page, ipp_1, control_1, ipp_2, control_2] = all;
        let mfp = |ipp, control| MfpPorts { ipp, control };
        Ports {
            print,
            web,
            station,
            manage,
            page,
            mfps: [mfp(ipp_1, control_1), mfp(ipp_2, control_2)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ports(variables: &[(&str, &str)]) -> Result<Ports> {
        Ports::from_environment(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_environment_moves_all_ports_or_single_ones() {
        assert_eq!(ports(&[]), Ok(DEMO));
        let moved = ports(&[(BASE_VARIABLE, "9000"), ("FOLLOWME_DEMO_WEB_PORT", "443")]).unwrap();
        assert_eq!(moved.all(), [9000, 443, 9002, 9003, 9004, 9005, 9006, 9007, 9008]);
    }

    #[test]
    fn a_port_that_cannot_be_is_named() {
        for (name, value, wanted) in [
            (BASE_VARIABLE, "65530", "no room"),
            (BASE_VARIABLE, "x", "is not a port"),
            ("FOLLOWME_DEMO_PAGE_PORT", "0", "FOLLOWME_DEMO_PAGE_PORT"),
            ("FOLLOWME_DEMO_PAGE_PORT", "8631", "both listen on port 8631"),
        ] {
            let error = ports(&[(name, value)]).unwrap_err();
            assert!(error.contains(wanted), "{error}");
        }
    }
}
