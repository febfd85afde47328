"""What cards are used for: merchants by category, each with branches, what a payment there costs, and where it is made.

Category → (code of its ids, categories that a day goes on with, where paid, merchants as
(name, branches, usual amount, tags, description)). `{v}` is the branch.
"""

Merchant = tuple[str, tuple[str, ...], float, str, str]
DISTRICTS = ("Market Square", "Riverside", "Old Harbour", "North Gate", "University", "Garden Suburb")
TOWNS = ("Central Station", "Ring Road", "Airport", "West End")
ONLINE = ("online",)

# fmt: off
CATEGORIES: dict[str, tuple[str, tuple[str, ...], str, tuple[Merchant, ...]]] = {
    "Groceries": ("GRO", ("Pharmacy", "Bakery and coffee", "Fuel"), "shop", (
        ("Greenfield Market, {v}", DISTRICTS, 34, "daily|food", "Supermarket at {v}: food and household goods, open until nine."),
        ("Basket & Co, {v}", DISTRICTS, 22, "daily|food", "Neighbourhood grocer at {v} with a short range and long hours."),
        ("Orchard Lane Organic, {v}", DISTRICTS[:4], 41, "food|organic", "Organic food shop at {v}; fruit by weight."),
        ("Halal & Harvest, {v}", DISTRICTS[2:5], 27, "food|butcher", "Butcher and grocer at {v}."),
    )),
    "Bakery and coffee": ("CAF", ("Transit", "Restaurants", "Groceries"), "shop", (
        ("Blue Door Coffee, {v}", DISTRICTS, 4.6, "coffee|breakfast", "Espresso bar at {v}; most cards are tapped before nine."),
        ("Crumb Bakery, {v}", DISTRICTS, 6.2, "bread|breakfast", "Bakery at {v}: bread, rolls and cake."),
        ("Tea at Number Nine, {v}", DISTRICTS[:3], 7.8, "tea|cake", "Tea room at {v} with tables outside."),
    )),
    "Restaurants": ("RES", ("Bakery and coffee", "Transit", "Culture"), "shop", (
        ("Noon Noodles, {v}", DISTRICTS[:4], 12.5, "lunch|asian", "Noodle bar at {v}, busy at midday."),
        ("Trattoria Marta, {v}", DISTRICTS[:3], 38, "dinner|italian", "Italian restaurant at {v}; bookings after six."),
        ("The Copper Pan, {v}", DISTRICTS[1:4], 46, "dinner|grill", "Grill at {v} with set menus."),
        ("Falafel Corner, {v}", DISTRICTS, 8.4, "lunch|snack", "Counter at {v}: falafel, soup and salad."),
    )),
    "Transit": ("TRA", ("Bakery and coffee", "Groceries", "Restaurants"), "shop", (
        ("City Transit, gate {v}", (*TOWNS, *DISTRICTS[:4]), 2.9, "commute|tap", "Ticket gate of buses and trams at {v}."),
        ("Night Owl Taxi, {v}", DISTRICTS[:3], 17, "taxi|night", "Taxi rank at {v}, paid in the car."),
        ("Pedal Bike Hire, {v}", DISTRICTS[:4], 3.5, "bike|commute", "Bike station at {v}, by the half hour."),
    )),
    "Fuel": ("FUE", ("Groceries", "Home and garden", "Restaurants"), "shop", (
        ("Pump & Go, {v}", TOWNS, 58, "car|fuel", "Filling station at {v} with pumps that take cards outside."),
        ("Volt Charging, {v}", TOWNS, 19, "car|electric", "Charging points at {v}, billed by the kilowatt hour."),
        ("Meridian Fuel, {v}", TOWNS[:3], 61, "car|fuel", "Filling station at {v} with a shop."),
    )),
    "Pharmacy": ("PHA", ("Groceries", "Bakery and coffee"), "shop", (
        ("Linden Pharmacy, {v}", DISTRICTS, 14, "health", "Pharmacy at {v}: prescriptions and care."),
        ("Clearview Opticians, {v}", DISTRICTS[:2], 129, "health|glasses", "Opticians at {v}: tests and glasses."),
    )),
    "Clothing": ("CLO", ("Restaurants", "Bakery and coffee", "Home and garden"), "shop", (
        ("Thread & Needle, {v}", DISTRICTS[:4], 49, "clothes", "Clothes for adults at {v}; returns within four weeks."),
        ("Little Fox Kids, {v}", DISTRICTS[:3], 32, "clothes|children", "Children's clothes and shoes at {v}."),
        ("Stride Shoes, {v}", DISTRICTS[1:4], 84, "shoes", "Shoe shop at {v}."),
    )),
    "Home and garden": ("HOM", ("Groceries", "Fuel", "Restaurants"), "shop", (
        ("Hammer & Hive, {v}", TOWNS[1:], 67, "tools|garden", "Building and garden centre at {v}."),
        ("Lamp & Linen, {v}", DISTRICTS[:4], 43, "home", "Lamps, bedding and kitchen ware at {v}."),
    )),
    "Culture": ("CUL", ("Restaurants", "Transit", "Bakery and coffee"), "shop", (
        ("Rialto Cinema, {v}", DISTRICTS[:3], 13, "cinema|evening", "Cinema at {v} with three screens."),
        ("Paper Moon Books, {v}", DISTRICTS[:4], 18, "books", "Bookshop at {v}; orders by the next day."),
        ("City Baths, {v}", DISTRICTS[1:3], 9, "sport|swimming", "Public pool and sauna at {v}."),
    )),
    "Online shops": ("WEB", ("Electronics", "Streaming and software", "Clothing"), "web", (
        ("Parcelbird", ONLINE, 36, "marketplace|parcel", "Online marketplace for nearly everything; ships from many sellers."),
        ("Attic Finds", ONLINE, 24, "second hand|parcel", "Second-hand goods between private people."),
        ("Beanstalk Garden Post", ONLINE, 29, "garden|parcel", "Seeds, bulbs and tools by post."),
        ("Loomwear", ONLINE, 57, "clothes|parcel", "Clothes by post; a third comes back."),
        ("Pawpost", ONLINE, 33, "pets|parcel", "Food and toys for pets by subscription."),
        ("Inkwell Stationers", ONLINE, 21, "office|parcel", "Paper, pens and printer ink."),
        ("Tiny Trains", ONLINE, 64, "hobby|parcel", "Model railways and parts."),
        ("Fern & Phial", ONLINE, 39, "beauty|parcel", "Soap, creams and scents."),
    )),
    "Electronics": ("ELE", ("Online shops", "Streaming and software"), "web", (
        ("Pixelhaus Electronics", ONLINE, 240, "phones|computers", "Phones, laptops and cameras; sent the same day."),
        ("Cable Corner", ONLINE, 19, "accessories", "Cables, chargers and cases."),
        ("Sound & Stage", ONLINE, 118, "audio", "Headphones, speakers and instruments."),
        ("Refit Devices", ONLINE, 165, "phones|refurbished", "Used devices, checked and with a year's guarantee."),
    )),
    "Gift cards": ("GIF", ("Online shops", "Streaming and software"), "web", (
        ("Voucher Planet", ONLINE, 100, "vouchers|instant", "Gift cards of many shops, delivered as a code at once."),
        ("Gamebank Credits", ONLINE, 25, "vouchers|games", "Credit for games, delivered as a code at once."),
        ("Present Perfect", ONLINE, 50, "vouchers", "Vouchers for days out, by post."),
    )),
    "Streaming and software": ("STR", ("Online shops", "Gift cards"), "web", (
        ("Reelhouse", ONLINE, 11.9, "films|monthly", "Films and series, charged every month."),
        ("Tunelet", ONLINE, 9.9, "music|monthly", "Music, charged every month."),
        ("Vaultdrive", ONLINE, 4.9, "storage|monthly", "Storage for photos and files, charged every month."),
        ("Wordloft Office", ONLINE, 8, "software|monthly", "Writing and tables in the browser, charged every month."),
        ("Pressroom Daily", ONLINE, 14.9, "news|monthly", "A newspaper without paper, charged every month."),
    )),
    "Travel": ("TVL", ("Restaurants", "Transit", "Travel"), "web", (
        ("Skylark Airlines", ONLINE, 189, "flight|holiday", "Flights within the continent."),
        ("Harbour Hotels", ONLINE, 142, "hotel|holiday", "Hotels by the water, paid on booking."),
        ("Metro Car Hire", ONLINE, 96, "car|holiday", "Cars by the day, with a deposit."),
        ("Northern Rail", ONLINE, 47, "train", "Long-distance trains; tickets on the phone."),
        ("Campfire Sites", ONLINE, 38, "camping|holiday", "Pitches for tents and vans."),
    )),
    "Charity": ("CHA", ("Online shops", "Groceries"), "web", (
        ("Open Hand Charity", ONLINE, 10, "donation|small", "Donations from one euro, without an account."),
        ("Riverkeepers", ONLINE, 20, "donation|nature", "Donations for clean rivers."),
        ("Shelter Now", ONLINE, 25, "donation", "Donations for people without a home."),
    )),
    "Cash machines": ("ATM", ("Groceries", "Restaurants", "Bakery and coffee"), "cash machine", (
        ("CashNow machine, {v}", (*TOWNS, *DISTRICTS), 80, "cash", "Cash machine at {v}; no fee for cards of this bank."),
    )),
}
# fmt: on
