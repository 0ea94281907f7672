// Where an event goes: orders always, ads with consent only, stock for products.
export default function factory({ destinations, deliver, log }) {
  const wants = {
    orders: () => true,
    ads: (event) => event.consent?.marketing === true,
    stock: (event) => event.name.startsWith("product "),
  };
  return {
    async elb(name, data, event) {
      const to = destinations.filter((destination) => wants[destination](event));
      log(`${name} goes to ${to.join(", ")}`);
      const results = await Promise.all(to.map((destination) => deliver(destination, event)));
      return results.map((result) => result.outcome);
    },
  };
}
